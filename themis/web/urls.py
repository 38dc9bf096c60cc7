"""Addresses of the pages: nouns, each ending in a slash."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from themis.web.pages import (
    api_docs,
    charts,
    compare,
    critics,
    exports,
    finding,
    home,
    judgings,
    keymap,
    keys,
    login,
    measurement,
    model,
    notices,
    people,
    receiving,
    review_agreement,
    review_comments,
    review_disputes,
    review_export,
    review_home,
    review_new,
    review_queue,
    review_queues,
    review_room,
    review_room_deeds,
    review_settling,
    review_stop,
    screens,
    tables,
    trajectories,
    trajectory,
    trust,
    turns,
    tus,
    uploads,
    webhooks,
)

Routes = list[URLPattern | URLResolver]

accounts: Routes = [
    path("login/", login.Login.as_view(), name="login"),
    path("logout/", login.Logout.as_view(), name="logout"),
]
trajectories_: Routes = [
    path("", trajectories.index, name="index"),
    path("<slug:pk>/", trajectory.detail, name="detail"),
    path("<slug:pk>/compare/", compare.compare, name="compare"),
    path("<slug:pk>/export/", exports.export, name="export"),
    path("<slug:pk>/growth/", trajectory.growth, name="growth"),
    path("<slug:pk>/steps/<int:number>/", trajectory.step, name="step"),
    path("<slug:pk>/steps/<int:number>/boxes/", trajectory.boxes, name="boxes"),
    path("<slug:pk>/words/", finding.index, name="find"),
    path("<slug:pk>/words/reading/", finding.wish, name="find-reading"),
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
review_room_: Routes = [
    path("", review_room.room, name="room"),
    path("progress/", review_room.progress, name="room-progress"),
    path("take/", review_room.take, name="room-take"),
    path("peek/<int:item_id>/", review_room.peek, name="room-peek"),
    path("<int:item_id>/steps/<int:number>/", review_room.step, name="room-step"),
    path("draft/", review_room_deeds.draft, name="room-draft"),
    path("renew/", review_room_deeds.renew, name="room-renew"),
    path("release/", review_room_deeds.release, name="room-release"),
    path("skip/", review_room_deeds.skip, name="room-skip"),
    path("unskip/", review_room_deeds.unskip, name="room-unskip"),
    path("aside/", review_room_deeds.aside, name="room-aside"),
    path("flag/", review_room_deeds.flag, name="room-flag"),
    path("submit/", review_room_deeds.submit, name="room-submit"),
    path("amend/", review_room_deeds.amend, name="room-amend"),
]
review_: Routes = [
    path("", review_home.index, name="index"),
    path("skipped/<int:pk>/return/", review_home.unskip, name="unskip"),
    path("queues/", review_queues.index, name="queues"),
    path("queues/new/", review_new.new, name="new"),
    path("queues/new/estimate/", review_new.estimate, name="estimate"),
    path("queues/<int:pk>/", review_queue.detail, name="queue"),
    path("queues/<int:pk>/progress/", review_queue.progress, name="progress"),
    path("queues/<int:pk>/reviewers/", review_queue.reviewers, name="reviewers"),
    path("queues/<int:pk>/terms/", review_queue.terms, name="terms"),
    path("queues/<int:pk>/pause/", review_queue.pause, name="pause"),
    path("queues/<int:pk>/opening/", review_queue.opening, name="opening"),
    path("queues/<int:pk>/closure/", review_queue.closure, name="closure"),
    path("queues/<int:pk>/seats/", review_queue.seats, name="seats"),
    path(
        "queues/<int:pk>/seats/<int:user_id>/removal/",
        review_queue.seat_removal,
        name="seat-removal",
    ),
    path("queues/<int:pk>/decisions.<str:kind>", review_export.decisions, name="decisions"),
    path("queues/<int:pk>/stopping/", review_stop.stop, name="stop"),
    path("disputes/", review_disputes.index, name="disputes"),
    path("items/<int:pk>/settling/", review_settling.settle, name="settling"),
    path("items/<int:pk>/reopening/", review_settling.reopen, name="reopening"),
    path("queues/<int:pk>/work/", include(review_room_)),
    path("agreement/", review_agreement.index, name="agreement"),
    path("agreement/counting/", review_agreement.count, name="agreement-count"),
    path("agreement/items/", review_agreement.items, name="agreement-items"),
    path("agreement/agreement.csv", review_agreement.table, name="agreement-csv"),
    path("trajectories/<slug:pk>/comments/", review_comments.index, name="comments"),
    path("trajectories/<slug:pk>/comments/people/", review_comments.people, name="comment-people"),
    path(
        "trajectories/<slug:pk>/comments/<int:comment_id>/",
        review_comments.edit,
        name="comment-edit",
    ),
    path(
        "trajectories/<slug:pk>/comments/<int:comment_id>/deletion/",
        review_comments.delete,
        name="comment-deletion",
    ),
]
settings_: Routes = [
    path("keymap/", keymap.index, name="keymap"),
    path("model/", model.settings, name="model"),
    path("model/checks/", model.check, name="model-check"),
    path("critics/", critics.index, name="critics"),
    path("critics/<slug:name>/", critics.detail, name="critic"),
    path("model/endpoints/<int:row_id>/", model.endpoint, name="endpoint"),
    path("model/endpoints/<int:row_id>/rise/", model.rise, name="endpoint-rise"),
    path("model/endpoints/<int:row_id>/removal/", model.remove, name="endpoint-removal"),
    path("keys/", keys.index, name="keys"),
    path("keys/<int:key_id>/revocation/", keys.revoke, name="revoke"),
    path("people/", people.index, name="people"),
    path("people/<int:pk>/role/", people.role, name="person-role"),
    path("people/<int:pk>/password/", people.password, name="person-password"),
    path("people/<int:pk>/removal/", people.remove, name="person-removal"),
    path("webhooks/", webhooks.index, name="webhooks"),
    path("webhooks/<int:pk>/", webhooks.detail, name="webhook"),
    path("webhooks/<int:pk>/messages/", webhooks.messages_of, name="webhook-messages"),
    path("webhooks/<int:pk>/switch/", webhooks.switch, name="webhook-switch"),
    path("webhooks/<int:pk>/secret/", webhooks.secret, name="webhook-secret"),
    path("webhooks/<int:pk>/removal/", webhooks.remove, name="webhook-removal"),
    path("webhooks/<int:pk>/test/", webhooks.test, name="webhook-test"),
    path("webhooks/messages/<int:pk>/redelivery/", webhooks.redeliver, name="webhook-redelivery"),
]

notices_: Routes = [
    path("", notices.index, name="index"),
    path("bell/", notices.bell, name="bell"),
    path("reading/", notices.read_all, name="read-all"),
    path("<int:pk>/", notices.opened, name="notice"),
    path("<int:pk>/reading/", notices.read, name="read"),
]

urlpatterns: Routes = [
    path("", include(([path("", home.index, name="index")], "home"))),
    path("", include((accounts, "accounts"))),
    path("trajectories/", include((trajectories_, "trajectories"))),
    path("uploads/", include((uploads_, "uploads"))),
    path("", include((verdicts, "verdicts"))),
    path("trust/", include((trust_, "trust"))),
    path("charts/", include((charts_, "charts"))),
    path("review/", include((review_, "review"))),
    path("settings/", include((settings_, "settings"))),
    path("notices/", include((notices_, "notices"))),
    path("api/", include(([path("", api_docs.index, name="index")], "api-docs"))),
]
