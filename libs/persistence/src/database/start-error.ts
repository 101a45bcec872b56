/** A reason not to start that whoever started the server can mend; its message is one sentence and all they need. */
export class StartError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StartError';
  }
}

/** Does what reads or writes in the data folder; what the system has against it is said in one sentence. */
export async function inDataFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { syscall, path, message } = error as NodeJS.ErrnoException;
    if (syscall === undefined || path === undefined) throw error;
    throw new StartError(`The data folder ${folder} cannot be used: ${message}.`);
  }
}
