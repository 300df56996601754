import { BonewatchError } from '../../contract/errors.ts';

export interface NotifySocket extends Disposable {
  /**
   * Sends one datagram; false if the receiver did not accept it. With `wait` it blocks until the receiver has room,
   * for messages that must not be lost; without, it never blocks.
   */
  send(message: string, options: { readonly wait: boolean }): boolean;
}

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
/** `sun_path` of `struct sockaddr_un`, unix(7). */
const MAX_PATH_BYTES = 108;

/**
 * Opens the UNIX datagram socket that systemd listens on (sd_notify(3)); `@name` means the abstract namespace.
 * Node has no such sockets, so three libc functions are called through koffi. The constants are those of
 * Linux on x64 and arm64.
 *
 * @throws BonewatchError SYSTEMD_UNREACHABLE if the address cannot be used or koffi does not load.
 */
export async function openNotifySocket(path: string): Promise<NotifySocket> {
  const address = socketAddress(path);
  const libc = await loadLibc(path);
  const descriptor = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) throw new BonewatchError('SYSTEMD_UNREACHABLE', 'No UNIX socket could be opened.');

  let isOpen = true;
  return {
    send(message, { wait }) {
      const bytes = Buffer.from(message, 'utf8');
      const flags = MSG_NOSIGNAL | (wait ? 0 : MSG_DONTWAIT);
      return (
        isOpen &&
        libc.sendto(descriptor, bytes, bytes.length, flags, address, address.length) === bytes.length
      );
    },
    [Symbol.dispose]() {
      if (isOpen) libc.close(descriptor);
      isOpen = false;
    },
  };
}

/** `struct sockaddr_un` as bytes: the family in the machine's (little-endian) order, then the path. */
function socketAddress(path: string): Buffer {
  const isAbstract = path.startsWith('@');
  if (!isAbstract && !path.startsWith('/')) {
    throw new BonewatchError(
      'SYSTEMD_UNREACHABLE',
      `NOTIFY_SOCKET is neither a path nor an abstract name: ${path}.`,
    );
  }
  const name = isAbstract ? Buffer.from(`\0${path.slice(1)}`) : Buffer.from(`${path}\0`);
  if (name.length > MAX_PATH_BYTES) {
    throw new BonewatchError('SYSTEMD_UNREACHABLE', 'NOTIFY_SOCKET is longer than a socket path may be.');
  }
  const family = Buffer.alloc(2);
  family.writeUInt16LE(AF_UNIX);
  return Buffer.concat([family, name]);
}

interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  sendto(
    fd: number,
    bytes: Buffer,
    size: number,
    flags: number,
    address: Buffer,
    addressSize: number,
  ): number;
  close(fd: number): number;
}

/** Loaded only under systemd: elsewhere the daemon runs without koffi. */
async function loadLibc(path: string): Promise<Libc> {
  try {
    const { default: koffi } = await import('koffi');
    const libc = koffi.load(null);
    return {
      socket: libc.func('int socket(int domain, int type, int protocol)'),
      sendto: libc.func(
        'int64_t sendto(int fd, const uint8_t *bytes, size_t size, int flags, const uint8_t *address, uint32_t addressSize)',
      ),
      close: libc.func('int close(int fd)'),
    };
  } catch (cause) {
    throw new BonewatchError(
      'SYSTEMD_UNREACHABLE',
      `The library koffi could not be loaded to reach ${path}.`,
      { cause },
    );
  }
}
