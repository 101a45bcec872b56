import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How much of its limit a credential, or a subscription, has used. */
@Entity({ name: 'rate_windows' })
export class RateWindow {
  @PrimaryColumn('uuid', { name: 'credential_id' })
  readonly credentialId: string;

  @Column('integer')
  readonly used: number;

  /** How much the last claim was granted. */
  @Column('integer')
  readonly granted: number;

  @Column('timestamptz', { name: 'ends_at' })
  readonly endsAt: Date;
}
