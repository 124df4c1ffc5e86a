import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const ROOT = join(__dirname, '..', '..');

/** Whether the example with the switch can run: it is installed, and this user may open what it needs. */
export const hasSwitch =
  ['/usr/share/openvswitch/vswitch.ovsschema', '/usr/sbin/ethtool'].every(file => existsSync(file)) &&
  mayOpen('/dev/net/tun');

function mayOpen(file: string): boolean {
  try {
    closeSync(openSync(file, 'r+'));
    return true;
  } catch {
    return false;
  }
}

/** Every process that an example starts has this in its environment, and every temporary file it makes is in there. */
export const folder = mkdtempSync(join(tmpdir(), 'examples-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The environment to run examples in. */
export const environment = { ...process.env, TMPDIR: folder };

/** The processes of examples. */
function processes(): string[] {
  return readdirSync('/proc').filter(pid => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`TMPDIR=${folder}\0`);
    } catch {
      return false; // it is gone, or another user's
    }
  });
}

/** What there is that examples could leave behind: processes, network namespaces, links, files. */
export function remains(): object {
  return {
    processes: processes(),
    namespaces: execFileSync('lsns', ['-t', 'net', '-n', '-o', 'NS'], { encoding: 'utf8' }),
    links: execFileSync('ip', ['-br', 'link'], { encoding: 'utf8' }),
    files: readdirSync(folder),
  };
}
