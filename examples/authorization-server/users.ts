/** The one who can log in. Users are not Clientele's business. */
export const DEMO_USER = {
  username: 'ada',
  password: 'a-demo-password',
  name: 'Ada Lovelace',
  email: 'ada@example.com',
};

export function findUser(sub: string) {
  if (sub !== DEMO_USER.username) return undefined;
  const { name, email } = DEMO_USER;
  return { accountId: sub, claims: () => ({ sub, name, email }) };
}

export function passwordMatches(username: string | null, password: string | null): username is string {
  return username === DEMO_USER.username && password === DEMO_USER.password;
}
