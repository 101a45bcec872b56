import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Credential } from '#credentials';
import { Shares } from '#shares';

const MAX_OF_A_CREDENTIAL = 20;
const MAX_OF_A_SUBSCRIPTION = 100;
const MAX_OF_THE_SERVER = 500;

/** The open streams of this process. Their number is limited for each credential, each subscription and in total. None opens during shutdown. */
@Injectable()
export class OpenStreams implements OnModuleDestroy {
  private readonly streams = new Set<AbortController>();
  private readonly ofCredentials = new Shares('streams', {
    each: MAX_OF_A_CREDENTIAL,
    all: MAX_OF_THE_SERVER,
    of: 'credential',
  });
  private readonly ofSubscriptions = new Shares('streams', { each: MAX_OF_A_SUBSCRIPTION, all: MAX_OF_THE_SERVER });
  private isStopping = false;

  /** Opens a stream. Abort its controller to end the stream, and also when it has ended by itself. Fails with a ShareError. */
  open({ id, subscription }: Credential): AbortController {
    const places = [this.ofSubscriptions.take(subscription)];
    const stream = new AbortController();
    this.streams.add(stream);
    stream.signal.addEventListener('abort', () => {
      this.streams.delete(stream);
      for (const giveBack of places) giveBack();
    });
    try {
      places.push(this.ofCredentials.take(id));
    } catch (error) {
      stream.abort();
      throw error;
    }
    if (this.isStopping) stream.abort();
    return stream;
  }

  /** Runs before the server waits for requests in flight. */
  onModuleDestroy(): void {
    this.isStopping = true;
    for (const stream of this.streams) stream.abort();
  }
}
