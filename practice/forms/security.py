"""What somebody asks for on the page of their own security."""

from django import forms

END, FORGET, EVERYWHERE = "end", "forget", "everywhere"


class SecurityForm(forms.Form):
    """what: the button that was pressed. which: the session or the browser that it stands beside."""

    what = forms.ChoiceField(choices=[(each, each) for each in (END, FORGET, EVERYWHERE)])
    which = forms.CharField(required=False, max_length=64)
