/** A remark about a field, for the person who moves. `left` = the field does not come along. */
export interface Note {
  readonly what: 'changed' | 'assumed' | 'left';
  /** As the other system calls it. */
  readonly field: string;
  readonly value?: string;
  readonly message: string;
}

const MOST = 120;
/** A password in a URI. */
const USER_INFORMATION = /\/\/[^/?#@]+@/;

/** What there is to say of one client. */
export class Notes {
  readonly all: Note[] = [];

  changed(field: string, message: string, value?: string): void {
    this.add('changed', field, message, value);
  }

  assumed(field: string, message: string): void {
    this.add('assumed', field, message);
  }

  leave(field: string, message: string, value?: string): void {
    this.add('left', field, message, value);
  }

  private add(what: Note['what'], field: string, message: string, value?: string): void {
    this.all.push({ what, field, ...(value === undefined ? {} : { value: shown(value) }), message });
  }
}

function shown(value: string): string {
  const text = value.length > MOST ? `${value.slice(0, MOST)}…` : value;
  return text.replace(USER_INFORMATION, '//***@').toWellFormed();
}
