// Which view is on screen, who is offered which, and what administrators read of an account.
import assert from "node:assert/strict";
import { test } from "node:test";
import { clearanceOf, isLastAdministrator, stamp, troubleOf } from "../src/admin/words.ts";
import type { AccountView } from "../src/generated/messages.ts";
import { handleKey, KEYS, type Commands } from "../src/picture/keys.ts";
import { isPage, readView, VIEWS, viewsOf, writeView } from "../src/view/views.ts";

function account(name: string, fields: Partial<AccountView> = {}): AccountView {
  return {
    name,
    role: "operator",
    nation: "",
    clearance: null,
    home: null,
    created_ns: 1,
    has_password: true,
    has_second_factor: true,
    by_provider: false,
    locked_ns: null,
    refused_until_ns: null,
    sessions: 0,
    last_used_ns: null,
    ...fields,
  };
}

test("the address says the view and keeps what else stands in it", () => {
  for (const view of VIEWS) {
    const address = writeView("?lat=54&view=admin", view);
    assert.equal(readView(address), view);
    assert.equal(new URLSearchParams(address).get("lat"), "54");
  }
  assert.equal(readView("?view=nonsense"), "picture");
  assert.equal(writeView("?view=admin", "picture"), "?");
});

test("administration is offered to administrators alone, and pages cover the picture", () => {
  assert.deepEqual(viewsOf(false), ["picture", "airport", "protection", "history"]);
  assert.deepEqual(viewsOf(true), VIEWS);
  assert.deepEqual(VIEWS.filter(isPage), ["history", "admin"]);
});

test("on a page only its own keys do something", () => {
  const done: string[] = [];
  const commands = new Proxy({}, { get: (_, name) => () => done.push(String(name)) }) as Commands;
  const press = (key: string, only?: ReadonlySet<keyof Commands>): void => {
    handleKey({ key, target: null, preventDefault: () => {} } as unknown as KeyboardEvent, commands, only);
  };
  press("a", new Set(["view1", "help"] as const));
  press("1", new Set(["view1", "help"] as const));
  press("a");
  assert.deepEqual(done, ["view1", "acknowledge"]);
  assert.equal(KEYS["5"], "view5");
});

test("the last administrator is the only one that can log in", () => {
  const rita = account("rita", { role: "administrator" });
  const away = account("away", { role: "administrator", locked_ns: 5 });
  const fresh = account("fresh", { role: "administrator", has_password: false });
  assert.equal(isLastAdministrator("rita", [rita, away, fresh]), true);
  assert.equal(isLastAdministrator("away", [rita, away, fresh]), false);
  assert.equal(isLastAdministrator("rita", [rita, account("ona", { role: "administrator" })]), false);
});

test("a lock is told before anything else that keeps a person out", () => {
  assert.equal(troubleOf(account("a", { locked_ns: 1, refused_until_ns: 2, has_password: false })), "locked");
  assert.equal(troubleOf(account("a", { refused_until_ns: 2, has_password: false })), "refused");
  assert.equal(troubleOf(account("a", { has_password: false })), "no_password");
  assert.equal(troubleOf(account("a")), null);
});

test("times and classifications are said in words", () => {
  assert.equal(stamp(1_790_000_000e9), "2026-09-21 14:13Z");
  const label = { policy: "", classification: 2, releasable_to: [], caveats: [], originator: "" } as const;
  assert.equal(clearanceOf(label), "confidential");
});
