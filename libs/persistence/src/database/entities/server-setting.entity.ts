import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the server decided once, for all its instances. */
@Entity({ name: 'server_settings' })
export class ServerSetting {
  @PrimaryColumn('text')
  readonly name: string;

  @Column('bytea')
  readonly value: Buffer;
}
