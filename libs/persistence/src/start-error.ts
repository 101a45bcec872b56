/** A reason not to start that whoever started the server can mend; its message is one sentence and all they need. */
export class StartError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StartError';
  }
}
