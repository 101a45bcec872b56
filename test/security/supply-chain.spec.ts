import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

interface Locked {
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
}

interface Component {
  readonly 'bom-ref': string;
  readonly properties: readonly { readonly name: string; readonly value: string }[];
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const locked = Object.entries<Locked>(JSON.parse(readFileSync('package-lock.json', 'utf8')).packages).filter(
  ([place]) => place !== '',
);
const nameOf = (place: string) => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);

describe('what is installed', () => {
  it('is pinned, each package by a hash of its content', () => {
    expect(locked.length).toBeGreaterThan(100);
    expect(locked.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
  });

  it('is named by exact versions where it runs with the server', () => {
    const versions = Object.entries({ ...manifest.dependencies, ...manifest.optionalDependencies });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version as string))).toEqual([]);
  });

  it('runs no script of its own at installation that nobody has decided on', () => {
    const scripted = locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([place]) => nameOf(place));
    expect([...new Set(scripted)].filter((name) => manifest.allowScripts[name] === undefined)).toEqual([]);
  });

  it('is listed by npm run sbom, in CycloneDX, with what is needed for development only marked as such', async () => {
    const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'sbom'], { maxBuffer: 2 ** 26 });
    const { bomFormat, components }: { bomFormat: string; components: Component[] } = JSON.parse(stdout);
    expect(bomFormat).toBe('CycloneDX');
    const isForDevelopment = (wanted: string) =>
      components
        .find(({ 'bom-ref': ref }) => ref === wanted)
        ?.properties.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true');
    for (const [name, version] of Object.entries(manifest.dependencies)) {
      expect([name, isForDevelopment(`${name}@${version}`)]).toEqual([name, false]);
    }
    for (const name of ['jest', 'autocannon', '@biomejs/biome']) {
      expect([name, isForDevelopment(`${name}@${manifest.devDependencies[name]}`)]).toEqual([name, true]);
    }
  }, 60_000);
});
