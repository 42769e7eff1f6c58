"""What the methodology is called, in both languages."""

from indexcalc.methods import METHODS
from indexcalc.report.text.method_words import in_words, step_name
from indexcalc.spec.choice import Choice
from indexcalc.voice import Voice, voices


def test_every_registered_method_can_be_said():
    for step, methods in METHODS.items():
        for name in methods if step != "derivation" else ():
            assert all(in_words(Choice(step=step, name=name), voice) for voice in voices()), (step, name)


def test_what_the_words_do_not_say_is_added():
    chosen = Choice(step="missing", name="renormalise", parameters={"minimum_share": 0.5})
    assert in_words(chosen, Voice("zh")) == "其余下级的权重重新归一（minimum_share: 0.5）"


def test_a_step_without_a_name_is_called_by_its_key():
    voice = Voice("zh")
    assert (step_name("normalisation", voice), step_name("no_such_step", voice)) == ("标准化", "no_such_step")
