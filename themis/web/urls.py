"""Addresses of the pages: nouns, each ending in a slash."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from themis.web.pages import (
    api_docs,
    charts,
    critics,
    exports,
    home,
    judgings,
    keys,
    login,
    measurement,
    model,
    receiving,
    screens,
    tables,
    trajectories,
    trajectory,
    trust,
    turns,
    tus,
    uploads,
)

Routes = list[URLPattern | URLResolver]

accounts: Routes = [
    path("login/", login.Login.as_view(), name="login"),
    path("logout/", login.Logout.as_view(), name="logout"),
]
trajectories_: Routes = [
    path("", trajectories.index, name="index"),
    path("<slug:pk>/", trajectory.detail, name="detail"),
    path("<slug:pk>/export/", exports.export, name="export"),
    path("<slug:pk>/growth/", trajectory.growth, name="growth"),
    path("<slug:pk>/steps/<int:number>/", trajectory.step, name="step"),
    path("<slug:pk>/screens/<int:position>/<str:signature>/", screens.screen, name="screen"),
    path(
        "<slug:pk>/thumbnails/<int:position>/<str:signature>/", screens.thumbnail, name="thumbnail"
    ),
]
uploads_: Routes = [
    path("", uploads.index, name="index"),
    path("announcements/", receiving.announce, name="announce"),
    path("unfinished/", uploads.unfinished, name="unfinished"),
    path("tus/", tus.collection, name="tus"),
    path("<slug:pk>/", uploads.detail, name="detail"),
    path("<slug:pk>/cancellation/", uploads.cancel, name="cancel"),
    path("<slug:pk>/files/", receiving.missing, name="files"),
    path("<slug:pk>/batches/", receiving.batch, name="batch"),
    path("<slug:pk>/files/<int:number>/", tus.part, name="part"),
]
verdicts: Routes = [
    path("trajectories/<slug:pk>/court/", judgings.court, name="court"),
    path("trajectories/<slug:pk>/judgings/", judgings.judge, name="judge"),
    path("verdicts/<int:verdict_id>/turns/", turns.index, name="turns"),
    path("verdicts/<int:verdict_id>/turns/<int:turn_id>/", turns.turn, name="turn"),
]
trust_: Routes = [
    path("", trust.index, name="index"),
    path("judge/", measurement.judge, name="judge"),
    path("measurings/", trust.measure, name="measure"),
    path("together/", trust.together, name="together"),
    path("measurements/<int:pk>/", measurement.measurement, name="measurement"),
    path("measurements/<int:pk>/table.<str:kind>/", measurement.table, name="verdicts"),
    path("tables/", tables.index, name="tables"),
    path("tables/<int:pk>/", tables.detail, name="table"),
    path("tables/<int:pk>/deletion/", tables.delete, name="delete"),
]
charts_: Routes = [
    path("", charts.index, name="index"),
    path("runs/", charts.runs, name="runs"),
    path("<slug:name>.csv", charts.table, name="table"),
]
settings_: Routes = [
    path("model/", model.settings, name="model"),
    path("model/checks/", model.check, name="model-check"),
    path("critics/", critics.index, name="critics"),
    path("critics/<slug:name>/", critics.detail, name="critic"),
    path("model/endpoints/<int:row_id>/", model.endpoint, name="endpoint"),
    path("model/endpoints/<int:row_id>/rise/", model.rise, name="endpoint-rise"),
    path("model/endpoints/<int:row_id>/removal/", model.remove, name="endpoint-removal"),
    path("keys/", keys.index, name="keys"),
    path("keys/<int:key_id>/revocation/", keys.revoke, name="revoke"),
]

urlpatterns: Routes = [
    path("", include(([path("", home.index, name="index")], "home"))),
    path("", include((accounts, "accounts"))),
    path("trajectories/", include((trajectories_, "trajectories"))),
    path("uploads/", include((uploads_, "uploads"))),
    path("", include((verdicts, "verdicts"))),
    path("trust/", include((trust_, "trust"))),
    path("charts/", include((charts_, "charts"))),
    path("settings/", include((settings_, "settings"))),
    path("api/", include(([path("", api_docs.index, name="index")], "api-docs"))),
]
