import { visible } from '#visible';

/** A problem document (RFC 9457) as the server writes it, as far as it can be one. */
interface Problem {
  readonly title?: unknown;
  readonly detail?: unknown;
  readonly errors?: unknown;
}

/** What a problem document says, for people; undefined = it is none. */
export function problemSentence(document: unknown): string | undefined {
  const { title } = problemOf(document);
  const violations = violationsOf(document);
  if (violations.length > 0) return violations.map(({ message }) => message).join('\n');
  return problemDetail(document) ?? (isSaid(title) ? visible(`${title}.`) : undefined);
}

/** What it says of this very case; undefined = nothing. */
export function problemDetail(document: unknown): string | undefined {
  const { detail } = problemOf(document);
  return isSaid(detail) ? visible(detail) : undefined;
}

/** The rules that are broken, each with the field that breaks it. */
export function violationsOf(document: unknown): { readonly field: string; readonly message: string }[] {
  const { errors } = problemOf(document);
  if (typeof errors !== 'object' || errors === null) return [];
  return Object.entries(errors).flatMap(([field, messages]) =>
    [messages].flat().map((message) => ({ field: visible(field), message: visible(String(message)) })),
  );
}

function problemOf(document: unknown): Problem {
  return typeof document === 'object' && document !== null ? document : {};
}

function isSaid(text: unknown): text is string {
  return typeof text === 'string' && text !== '';
}
