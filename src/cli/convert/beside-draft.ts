import {
  ABOUT_LENGTHS,
  isLabelKey,
  isLabelValue,
  isManager,
  LABEL_KEY_RULE,
  LABEL_VALUE_RULE,
  MANAGER_RULE,
  MAX_REASON_LENGTH,
} from '#clients';
import { isLongerThan, isVisible } from '#visible';
import { INSTANT_RULE, isInstant } from './instant.js';
import type { Line, SetField } from './line.js';
import type { Notes } from './notes.js';

const visible = (most: number) => ({
  holds: (text: string) => !isLongerThan(text, most) && isVisible(text),
  rule: `must be 1 to ${most} characters that can be seen`,
});
const REASON = visible(MAX_REASON_LENGTH);
const SAID = {
  owner: visible(ABOUT_LENGTHS.owner),
  contact: visible(ABOUT_LENGTHS.contact),
  description: visible(ABOUT_LENGTHS.description),
  managedBy: { holds: isManager, rule: MANAGER_RULE },
};

/** The part of a draft that is kept beside the record: a suspension, an expiry, and what is said of the client. */
export class BesideDraft {
  constructor(
    private readonly line: Partial<Line>,
    private readonly notes: Notes,
    private readonly set: SetField,
  ) {}

  suspend(reason: string, from: string): void {
    this.notes.changed(from, 'comes along as a suspension');
    this.set('suspension', { reason, until: null }, from);
  }

  /** As another registry of ours has it. Without an end that can be understood, the client stays suspended. */
  suspension(terms: { readonly reason?: string; readonly until?: string }, from: string): void {
    const isReason = terms.reason !== undefined && REASON.holds(terms.reason);
    const isEnd = terms.until !== undefined && isInstant(terms.until);
    if (terms.reason !== undefined && !isReason) {
      this.notes.leave(`${from}.reason`, REASON.rule);
    }
    if (terms.until !== undefined && !isEnd) this.notes.leave(`${from}.until`, INSTANT_RULE, terms.until);
    this.set('suspension', { reason: isReason ? terms.reason! : null, until: isEnd ? terms.until! : null }, from);
  }

  /** What people and tools say of the client. */
  saidOf(field: keyof typeof SAID, text: string | undefined, from: string): void {
    if (text === undefined) return;
    const { holds, rule } = SAID[field];
    if (holds(text)) this.say({ [field]: text }, from);
    else this.notes.leave(from, rule, text);
  }

  label(key: string, value: string | undefined, from: string): void {
    if (value === undefined) return;
    const isKey = isLabelKey(key);
    if (isKey && isLabelValue(value)) this.say({ labels: { ...this.line.about?.labels, [key]: value } }, from);
    else this.notes.leave(from, isKey ? LABEL_VALUE_RULE : `its name ${LABEL_KEY_RULE}`, value);
  }

  /** After the manager, without whom nothing is locked. */
  locked(isLocked: boolean | undefined, from: string): void {
    if (!isLocked) return;
    if (this.line.about?.managedBy) this.say({ locked: true }, from);
    else this.notes.leave(from, 'must not be true without managedBy');
  }

  /** When the client expires. */
  end(expiresAt: string | undefined, from: string): void {
    if (expiresAt === undefined) return;
    if (isInstant(expiresAt)) this.set('expiresAt', expiresAt, from);
    else this.notes.leave(from, INSTANT_RULE, expiresAt);
  }

  private say(about: Line['about'], from: string): void {
    this.set('about', { ...this.line.about, ...about }, from);
  }
}
