/** A reason not to start that the server's operator can mend. Its message is one sentence, and all they need. */
export class StartError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StartError';
  }
}

/** Runs `work`, which uses the data folder. If the system refuses, the error says why in one sentence. */
export async function inDataFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { syscall, path, message } = error as NodeJS.ErrnoException;
    if (syscall === undefined || path === undefined) throw error;
    throw new StartError(`The data folder ${folder} cannot be used: ${message}.`);
  }
}
