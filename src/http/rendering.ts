import type { Client } from '#clients';

/** Remembers the JSON text of clients as a dialect shows them, for as long as the clients themselves are remembered: they are values. */
export class Rendering {
  private readonly texts = new WeakMap<Client, string>();

  constructor(private readonly view: (client: Client) => object) {}

  textOf(client: Client): string {
    const known = this.texts.get(client);
    if (known !== undefined) return known;
    const text = JSON.stringify(this.view(client));
    this.texts.set(client, text);
    return text;
  }
}
