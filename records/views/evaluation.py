"""A few questions after the course (6 U.S.C. 642(b)(5)). Anonymous: see `records.evaluations`."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from records import evaluations
from records.forms import EvaluationForm
from records.views.learning import course_or_404, learners_only, own_enrolment_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@learners_only
def evaluation(request, course_key):
    """Ask once per enrolment, after it was completed."""
    course = course_or_404(course_key)
    enrolment = own_enrolment_or_404(request, course_key)
    if not hasattr(enrolment, "completion"):
        messages.info(request, _("The questions come after the course: there is still something left to do."))
        return redirect(course.url)
    if enrolment.evaluation_done:
        messages.info(request, _("You have answered these questions. Thank you."))
        return redirect(course.url)
    form = EvaluationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            evaluations.answer(enrolment, form.cleaned_data, locale=get_language(), now=timezone.now())
        except evaluations.AlreadyAnswered:
            messages.info(request, _("You have answered these questions. Thank you."))
        else:
            messages.success(request, _("Thank you. Your answers help to make this course better."))
        return redirect(course.url)
    return render(request, "records/evaluation.html", {"course": course, "form": form})
