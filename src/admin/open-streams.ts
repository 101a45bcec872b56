import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { FailureError } from '../http/index.js';

const MAX_OF_A_CREDENTIAL = 20;
const MAX_OF_THE_SERVER = 500;

/** The streams of this process: so many of a credential and in all, and none any more once the server stops. */
@Injectable()
export class OpenStreams implements OnModuleDestroy {
  private readonly streams = new Map<AbortController, string>();
  private isStopping = false;

  /** Ended by aborting it, and to be told when it has ended. Fails with `too_many_streams`. */
  open(credentialId: string): AbortController {
    const own = [...this.streams.values()].filter((id) => id === credentialId);
    if (own.length >= MAX_OF_A_CREDENTIAL) throw new FailureError({ kind: 'too_many_streams', of: 'credential' });
    if (this.streams.size >= MAX_OF_THE_SERVER) throw new FailureError({ kind: 'too_many_streams', of: 'server' });
    const stream = new AbortController();
    this.streams.set(stream, credentialId);
    stream.signal.addEventListener('abort', () => this.streams.delete(stream));
    if (this.isStopping) stream.abort();
    return stream;
  }

  /** Before the server waits for what is in flight. */
  onModuleDestroy(): void {
    this.isStopping = true;
    for (const stream of this.streams.keys()) stream.abort();
  }
}
