import { Injectable } from '@nestjs/common';
import { type ClientFacts, type Finding, type FindingCode, type FindingsContext, findingsOf } from './findings.js';

/** Asks for clients in the order of their ids, with the facts that the rules of the findings need. */
export interface FactsQuery {
  /** Only clients after this one. */
  readonly after?: string;
  /** Only this client. */
  readonly clientId?: string;
  readonly limit: number;
}

/** The port that reads the facts. */
export abstract class ClientFactsReader {
  abstract read(domainId: string, query: FactsQuery): Promise<readonly ClientFacts[]>;

  /** The first day on which sightings were recorded. */
  abstract sightingsSince(): Promise<string>;
}

/** Asks for a page of findings. */
export interface FindingsQuery extends FactsQuery {
  readonly code?: FindingCode;
  /** The largest number of clients with findings. All findings of a client are on one page. */
  readonly limit: number;
}

export interface FindingsPage {
  readonly findings: readonly Finding[];
  /** The last client that was checked; undefined = there are no more. */
  readonly after?: string;
}

/** A client can take about 100 KB. */
const CLIENTS_PER_READ = 200;
/** The largest number of reads for one page. After that the page ends, even if it is not full. */
const MOST_READS = 10;

/** Finds what somebody should look at among the clients of a domain. */
@Injectable()
export class ClientFindings {
  constructor(private readonly facts: ClientFactsReader) {}

  /** `inTurn` runs each read when it is the caller's turn. */
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
