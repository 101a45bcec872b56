import type { Client } from '../client.entity.js';
import {
  type ClientFilter,
  type ClientPosition,
  type ClientSort,
  type PropertyValue,
  propertyValue,
} from '../client-query.js';

/** Whether a filter leaves the client. */
export function fits(client: Client, filter: ClientFilter): boolean {
  return fitsPositively(propertyValue(client, filter.property), filter) !== filter.negated;
}

function fitsPositively(value: PropertyValue, { property, operator, values: given, match }: ClientFilter): boolean {
  if (operator === 'isSet') return value !== null && value.length > 0;
  const isDate = property === 'createdAt' || property === 'updatedAt';
  const wanted = isDate ? given.map((date) => new Date(date).toISOString()) : given;
  const entries: readonly string[] = value === null ? [] : [value].flat();
  if (operator === 'from') return entries.some((entry) => entry >= wanted[0]!);
  if (operator === 'to') return entries.some((entry) => entry <= wanted[0]!);
  const isFound =
    operator === 'contains'
      ? (text: string) => entries.some((entry) => entry.toLowerCase().includes(text.toLowerCase()))
      : (text: string) => entries.includes(text);
  return match === 'any' ? wanted.some(isFound) : wanted.every(isFound);
}

export function comparePositions(one: ClientPosition, other: ClientPosition, sort: readonly ClientSort[]): number {
  for (const [index, { descending }] of sort.entries()) {
    const order = compare(one.values[index]!, other.values[index]!);
    if (order !== 0) return descending ? -order : order;
  }
  return compareText(one.clientId, other.clientId);
}

/** A missing value comes after all others; lists are compared entry by entry. */
function compare(one: PropertyValue, other: PropertyValue): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  const [left, right] = [[one].flat() as string[], [other].flat() as string[]];
  for (const [index, entry] of left.entries()) {
    const opposite = right[index];
    const order = opposite === undefined ? 1 : compareText(entry, opposite);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** By code points: JavaScript's own order is that of UTF-16 units. */
export function compareText(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
