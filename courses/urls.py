from django.urls import path

from courses import views

app_name = "courses"
urlpatterns = [path("check/<uuid:lesson_key>/<uuid:question_key>/", views.check, name="check")]
