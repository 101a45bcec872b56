import { Column, Entity, PrimaryColumn } from 'typeorm';

/** When a client was last seen: read by its id, or by a secret of it that was verified. */
@Entity({ name: 'client_sightings' })
export class ClientSighting {
  @PrimaryColumn('bigint', { name: 'domain_id' })
  readonly domainId: string;

  @PrimaryColumn('text', { name: 'client_id', collation: 'C' })
  readonly clientId: string;

  @Column('date', { name: 'seen_on' })
  readonly seenOn: string;
}
