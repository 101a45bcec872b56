import { Injectable } from '@nestjs/common';
import { type ClientFacts, type Finding, type FindingCode, type FindingsContext, findingsOf } from './findings.js';

/** Clients in the order of their ids, with what the rules of the findings look at. */
export interface FactsQuery {
  /** Only clients after this one. */
  readonly after?: string;
  /** Only this client. */
  readonly clientId?: string;
  readonly limit: number;
}

/** The port to the facts. */
export abstract class ClientFactsReader {
  abstract read(domainId: string, query: FactsQuery): Promise<readonly ClientFacts[]>;

  /** The first day of the record of sightings. */
  abstract sightingsSince(): Promise<string>;
}

/** Asks for a page of findings. */
export interface FindingsQuery extends FactsQuery {
  readonly code?: FindingCode;
  /** The most clients with findings. All findings of a client are on one page. */
  readonly limit: number;
}

export interface FindingsPage {
  readonly findings: readonly Finding[];
  /** The last client that was looked at; undefined = there are no more. */
  readonly after?: string;
}

/** A client can take about 100 KB. */
const CLIENTS_PER_READ = 200;
/** So much work one page is: then it ends, also if it is not full. */
const MOST_READS = 10;

/** Looks through the clients of a domain for what somebody should look at. */
@Injectable()
export class ClientFindings {
  constructor(private readonly facts: ClientFactsReader) {}

  /** `inTurn` does each read when it is the caller's turn. */
  async page(
    domainId: string,
    { code, clientId, after, limit }: FindingsQuery,
    context: Omit<FindingsContext, 'sightingsSince'>,
    inTurn: <T>(work: () => Promise<T>) => Promise<T>,
  ): Promise<FindingsPage> {
    const whole = { ...context, sightingsSince: await this.facts.sightingsSince() };
    const findings: Finding[] = [];
    let last = after;
    let clients = 0;
    for (let reads = 0; reads < MOST_READS; reads += 1) {
      const query = { clientId, after: last, limit: CLIENTS_PER_READ };
      const read = await inTurn(() => this.facts.read(domainId, query));
      for (const facts of read) {
        const found = findingsOf(facts, whole).filter((finding) => code === undefined || finding.code === code);
        findings.push(...found);
        last = facts.clientId;
        if (found.length > 0) clients += 1;
        if (clients === limit) return { findings, after: last };
      }
      if (read.length < CLIENTS_PER_READ) return { findings };
    }
    return { findings, after: last };
  }
}
