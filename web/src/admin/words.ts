// How an administrator's lists say things. Pure.
import type { AccountView, Label } from "../generated/messages.ts";

export const CLEARANCES = ["unclassified", "restricted", "confidential", "secret"] as const;
export type Clearance = (typeof CLEARANCES)[number];
export const ROLES = ["viewer", "operator", "administrator"] as const;

/** 2026-09-21 14:13Z */
export function stamp(ns: number): string {
  const text = new Date(ns / 1e6).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 16)}Z`;
}

export function clearanceOf(label: Label): Clearance {
  return CLEARANCES[label.classification] ?? "secret";
}

/** Whether nothing may be asked of an account just now, and why. */
export function troubleOf(account: AccountView): "locked" | "refused" | "no_password" | null {
  if (account.locked_ns !== null) return "locked";
  if (account.refused_until_ns !== null) return "refused";
  return account.has_password ? null : "no_password";
}

/** Whether this administrator could still be told apart from the last one that can log in. */
export function isLastAdministrator(name: string, accounts: readonly AccountView[]): boolean {
  const able = accounts.filter((one) => one.role === "administrator" && one.locked_ns === null && one.has_password);
  return able.length === 1 && able[0]!.name === name;
}

/** Nations as they are typed, in any case, between spaces or commas: each once, in order. */
export function nationsOf(text: string): string[] {
  return [...new Set(text.toUpperCase().split(/[\s,]+/).filter(Boolean))].sort();
}
