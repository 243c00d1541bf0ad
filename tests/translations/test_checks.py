"""The checks on a translated text: each rule at its edge, and what must be let pass beside it."""

import pytest

from translations import checks, glossary


def rules(source, text, code="es", level=None, **options):
    found = checks.problems(source, text, code, **options)
    return {problem.rule for problem in found if level is None or problem.level == level}


def errors(source, text, code="es", **options):
    return rules(source, text, code, checks.ERROR, **options)


def test_a_good_translation_has_no_problem():
    assert not checks.problems("Call 24 hours a day.", "Llame las 24 horas del día, los siete días de la semana.", "es")
    assert not checks.problems("Ask for help.", "Pida ayuda.", "es", catalogue=True)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Hi %(name)s", "Hola %(nombre)s"),
        ("Hi %(name)s", "Hola"),
        ("Hi %(name)s", "Hola %(name)d"),
        ("Hi %(name)s", "Hola %(name)s, 80 % seguro"),
        ("Hi %(name)s", "Hola %(name)"),
        ("%s of %d", "%d de %s"),
        ("%s", "%s %s"),
        ("Reads as usual", "Se lee 50 % mejor"),
        ("Hi {name}", "Hola {nombre}"),
        ("Hi {name}", "Hola {name.__class__}"),
        ("Hi {name}", "Hola {name} {"),
        ("Hi", "Hola {0.__globals__}"),
    ],
)
def test_placeholders_stay_as_they_are(source, text):
    assert "placeholder" in errors(source, text, catalogue=True)


def test_placeholders_may_change_places_and_come_twice():
    assert not errors("%(a)s of %(b)s", "%(b)s: %(a)s, %(b)s", catalogue=True)
    assert not errors("%(p)s %% of all", "%(p)s %% del total", catalogue=True)
    assert not errors("80 % of them", "El 80 % de ellas")


def test_a_plural_form_may_say_its_number_in_words():
    assert "placeholder" in errors("%(count)d lesson", "una lección", catalogue=True)
    assert not errors("%(count)d lesson", "una lección", catalogue=True, may_omit_count=True)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Read more", "Leer <script>alert(1)</script>"),
        ("Read more", "Leer <b>más</b>"),
        ("<b>Read</b> more", "<b onclick=x()>Leer</b> más"),
        ("<b>Read</b> more", "<i>Leer</i> más"),
        ("<b>Read</b> more", "<b>Leer más"),
        ("<b><i>x</i></b>", "<b><i>x</b></i>"),
        ("Read more", "Leer &lt;img src=x&gt;"),
        ("Read more", "Leer <!-- nota -->"),
        ('<a id="a1">Read</a>', "Leer"),
        ('<a id="a1">Read</a>', '<a id="a2">Leer</a>'),
        ("Read more", "x < y"),
    ],
)
def test_no_markup_is_added_changed_or_left_open(source, text):
    assert "markup" in errors(source, text)


def test_markup_of_the_source_may_move():
    assert not errors('Go to <a id="a1">help</a> <b>now</b>', '<b>Ya</b>: vaya a <a id="a1">ayuda</a>')


def test_a_quotation_mark_cannot_end_an_attribute():
    assert "markup" in errors("Close", 'Cerrar" onmouseover="x()', catalogue=True)
    assert not errors("Close", "Cerrar «todo»", catalogue=True)
    assert not errors('Say "no"', 'Diga "no"', catalogue=True)
    assert not errors('<a href="%(url)s">Help</a>', '<a href="%(url)s">Ayuda</a>', catalogue=True)


@pytest.mark.parametrize(
    "text",
    ["Vea https://evil.example/x", "Vea //evil.example/x", "Vea www.evil.example", "javascript:x", "a@evil.example"],
)
def test_no_address_is_added(text):
    assert "link" in errors("See the page", text)


def test_an_address_is_kept():
    assert "link" in errors("See https://a.example/b.", "Vea la página.")
    assert not errors("See https://a.example/b.", "Vea https://a.example/b.")


@pytest.mark.parametrize(
    "text",
    ["Llame al 202-555-0143", "اتصل ٢٠٢٥٥٥٠١٤٣", "२०२-५५५-०१४३ पर", "拨打２０２５５５０１４３", "Llame 1-800-FLOWERS"],
)
def test_a_telephone_number_in_any_digits_is_refused(text):
    assert "phone" in errors("Call the hotline", text)


def test_a_short_code_of_the_registry_is_refused():
    assert "phone" in errors("Call the hotline", "Llame al 145", known={"145"})
    assert "phone" not in errors("Call 145", "Llame al 145", known={"145"})


@pytest.mark.parametrize(
    ("source", "text", "code", "wrong"),
    [
        ("Under 18 years", "Menores de 16 años", "es", True),
        ("Under 18 years", "أقل من ١٨ سنة", "ar", False),
        ("Under 18 years", "أقل من ١٦ سنة", "ar", True),
        ("Twenty lessons", "20 lecciones", "es", False),
        ("Twenty lessons", "30 lecciones", "es", True),
        ("27.6 million people", "27,6 millones de personas", "es", False),
        ("27.6 million people", "2760万人", "zh-hans", False),
        ("27.6 million people", "2670万人", "zh-hans", True),
        ("1,589 cases", "1.589 casos", "es", False),
        ("In 2024", "En 2023", "es", True),
        ("In 2024", "Entonces", "es", True),
        ("80 %(x)s", "80 %(x)s", "es", False),
        ("Of 23 November 2026.", "2026年11月23日。", "zh-hans", False),
        ("Of 23 November 2026.", "2026年12月23日。", "zh-hans", True),
        ("On 5 May 2026.", "2026年5月5日。", "zh-hans", False),
        ("You may ask 2 people.", "Pregunte a 5 o 2.", "es", True),
        ("About 12.3 million people", "约1,230万人", "zh-hans", False),
        ("About 12.3 million people", "约1,240万人", "zh-hans", True),
    ],
)
def test_numbers_are_those_of_the_source(source, text, code, wrong):
    assert ("number" in errors(source, text, code)) is wrong


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\x07", "\x00", "\ue000", "\u2028", "\ufffd", "\U000e0041"])
def test_control_and_direction_signs_are_refused(sign):
    assert "signs" in errors("Help", f"Ayuda{sign}")


def test_joiners_and_marks_stand_where_the_script_needs_them():
    assert not rules("Help", "می\u200cخواهم", "fa") & {"signs"}
    assert not rules("Help", "نص\u200f", "ar") & {"signs"}
    assert rules("Help", "Ayuda\u200f", "es", checks.WARNING) >= {"signs"}
    assert "signs" in errors("Help", "Z" + "\u0301" * 5)


def test_the_word_for_smuggling_is_refused_with_its_reason_unless_smuggling_is_meant():
    found = checks.errors("Report human trafficking.", "Denuncie el tráfico de personas.", "es")
    assert [problem.rule for problem in found] == ["forbidden"] and "smuggling" in found[0].text
    assert not errors("Smuggling is not trafficking.", "El tráfico de personas no es la trata.")
    assert "forbidden" in errors("Human trafficking", "Контрабанда людей", "ru")
    assert "forbidden" in errors("Human trafficking", "人口走私", "zh-hant")
    assert not errors("Human trafficking", "tráfico de pessoas", "pt-br")


def test_a_required_term_is_asked_for_and_found_when_inflected():
    assert "glossary" in rules("Debt bondage is a crime.", "Las deudas son un delito.", level=checks.WARNING)
    assert "glossary" not in rules("Human trafficking", "Борьба с торговлей людьми", "ru")
    assert [term.id for term in glossary.hits("What human trafficking is", "zh-hant")] == ["human-trafficking"]


@pytest.mark.parametrize(
    ("source", "text", "code", "asked"),
    [
        ("Go.", "Vaya", "es", True),
        ("Go.", "去。", "zh-hans", False),
        ("Who?", "من؟", "ar", False),
        ("Go.", "ไป", "th", False),
        ("Go", "Vaya.", "es", True),
        ("(Go.)", "(Vaya.)", "es", False),
    ],
)
def test_texts_end_alike(source, text, code, asked):
    assert ("end" in rules(source, text, code, checks.WARNING)) is asked


def test_length_blanks_and_english_are_noticed():
    assert "length" in errors("Short", "Largo" * 20, most=80)
    assert "empty" in errors("Help", "  ")
    assert "whitespace" in rules("Help", "Ayuda ", level=checks.WARNING)
    assert "whitespace" in errors("Help\n", "Ayuda", catalogue=True)
    assert "same" in rules("You may stop at any time", "You may stop at any time", level=checks.WARNING)
    assert not rules("T visa", "T visa")
    assert "length" in errors("x", "y" * 20_001)
