"""One table with the 35 columns of the floor's form."""

from django.db import models

OPTIONS = [(str(number), f"Option {number}") for number in range(5)]


def _column(number: int) -> models.Field:
    """Five kinds of question in turn, seven of each."""
    return (
        models.CharField(max_length=150),
        models.CharField(max_length=10, choices=OPTIONS),
        models.IntegerField(),
        models.EmailField(),
        models.TextField(max_length=1000),
    )[number % 5]


class Submission(models.Model):
    """What somebody sent."""

    def __str__(self) -> str:
        return str(self.pk)


for _number in range(35):
    Submission.add_to_class(f"question_{_number}", _column(_number))
