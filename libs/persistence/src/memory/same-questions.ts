import { setImmediate as endOfTurn } from 'node:timers/promises';

/**
 * Questions that come in the same turn of the event loop are asked at its end, and those that are the same once: an
 * answer is never older than a question.
 */
export class SameQuestions<Answer> {
  private readonly waiting = new Map<string, Promise<Answer>>();

  /** `send`: asks it. */
  ask(question: string, send: () => Promise<Answer>): Promise<Answer> {
    const known = this.waiting.get(question);
    if (known) return known;
    const answer = endOfTurn().then(() => {
      this.waiting.delete(question);
      return send();
    });
    this.waiting.set(question, answer);
    return answer;
  }
}
