import fc from 'fast-check';
import type { Body } from './arbitraries.js';

/** Where clients are made, seen and changed in one dialect, and what has to come of that. */
export interface Door {
  /** What it calls the id of a client. */
  readonly id: string;
  readonly dates: readonly [created: string, changed: string];
  /** Further properties that GET shows and no PUT decides. */
  readonly asides?: readonly string[];
  /** A body that makes a client, and one of PUT on a client that exists. */
  readonly body: fc.Arbitrary<Body>;
  /** A body that leaves nothing to the record. */
  readonly wholeBody: fc.Arbitrary<Body>;
  create(domain: string, id: string, body: Body): readonly [method: string, path: string, body: Body];
  /** Of GET, PUT and DELETE. */
  path(domain: string, id: string): string;
  /** What GET shows after this body was put on a client that was shown like this. */
  after(view: Body, body: Body): Body;
  /** All that GET shows, in the words of the whole client (`GET /admin/domains/{domain}/clients/{clientId}`). */
  inWhole(view: Body): Body;
  /** Of what only the whole client shows: what this body changes in it. */
  unseen?(whole: Body, body: Body): Body;
}

/** How a client came into being: through which door, with what. */
interface Birth {
  readonly door: Door;
  readonly body: Body;
}

export const through = (doors: readonly Door[]): fc.Arbitrary<Birth> =>
  fc.oneof(...doors.map((door) => door.body.map((body) => ({ door, body }))));
