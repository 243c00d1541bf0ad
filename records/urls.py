from django.urls import path

from records.views import attempts, certificates, evaluation, learning, verification

app_name = "records"
urlpatterns = [
    path("my-learning/", learning.my_learning, name="my_learning"),
    path("my-learning/join/", learning.join, name="join"),
    path("learn/<uuid:course_key>/start/", learning.start, name="start"),
    path("learn/<uuid:course_key>/active/", learning.active, name="active"),
    path("learn/<uuid:course_key>/lesson/<uuid:lesson_key>/done/", learning.lesson_done, name="lesson_done"),
    path("learn/<uuid:course_key>/assessment/", attempts.assessment, name="assessment"),
    path("attempt/<uuid:key>/", attempts.attempt, name="attempt"),
    path("attempt/<uuid:key>/<int:position>/", attempts.question, name="question"),
    path("attempt/<uuid:key>/<int:position>/answer/", attempts.answer, name="answer"),
    path("attempt/<uuid:key>/submit/", attempts.submit, name="submit"),
    path("attempt/<uuid:key>/result/", attempts.result, name="result"),
    path("certificates/<str:number>/", certificates.certificate, name="certificate"),
    path("certificates/<str:number>/pdf/", certificates.certificate_pdf, name="certificate_pdf"),
    path("certificates/<str:number>/renew/", certificates.renew_course, name="renew"),
    path("learn/<uuid:course_key>/certificate/", certificates.public_certificate, name="public_certificate"),
    path("learn/<uuid:course_key>/evaluation/", evaluation.evaluation, name="evaluation"),
    path("verify/", verification.verify, name="verify"),
    path("verify/<str:code>/", verification.verify_code, name="verify_code"),
]
