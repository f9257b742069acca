"""Targets and benchmarks as a user meets them."""

from __future__ import annotations


def open_form(app):
    app.at.session_state["aims.open"] = True
    app.at.run()


def add(app, name, nps, n=None):
    assert not [box for box in app.at.text_input if box.key == "aims.name"]  # drawn once it is open
    open_form(app)
    app.at.text_input(key="aims.name").set_value(name).run()
    app.at.number_input(key="aims.nps").set_value(nps).run()
    if n:
        app.at.number_input(key="aims.n").set_value(n).run()
    app.at.button(key="aims.add").click().run()


def test_a_target_is_compared_and_stays_on_every_page_and_in_the_link(open_app, small):
    app = open_app().upload("export.csv", small)
    add(app, "Board <i>", 60)
    # 30 promoters, 20 passives, 10 detractors: +33, +13 to +51.
    assert "27 points below “Board &lt;i&gt;” (+60), more than chance explains" in app.html
    app.go("trends").go("overview")
    assert "27 points below" in app.html
    app.at.run()
    link = {
        key: [value] if isinstance(value, str) else list(value) for key, value in app.at.query_params.items()
    }
    second = open_app(link)
    assert "27 points below" in second.html
    open_form(second)
    second.at.button(key="aims.remove.0").click().run()
    assert "27 points below" not in second.html
    assert second.fine()


def test_within_chance_is_said_so(app, small):
    app.upload("export.csv", small)
    add(app, "Industry", 40, 200)
    assert "Reads 7 points below “Industry” (+40, n 200), but chance may explain that" in app.html
