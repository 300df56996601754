/** Who sent a command about an alert, as far as the daemon knows. */
export type CommandSender =
  /** A person who signed in, a paired display, or an account of this machine at the command line. */
  | { readonly kind: 'person' | 'display' | 'terminal'; readonly name: string }
  /** A page of this machine while the pages have no users. */
  | { readonly kind: 'this-machine' }
  /** A client of the broker: the name in its message may be invented. */
  | { readonly kind: 'unverified' };

/** The sender as the actor of an audit entry. The ward is the one of an unverified command's topic. */
export function actorOf(sender: CommandSender, ward: string): string {
  switch (sender.kind) {
    case 'person':
      return sender.name;
    case 'display':
      return `display ${sender.name}`;
    case 'terminal':
      return `terminal (${sender.name})`;
    case 'this-machine':
      return 'this machine';
    case 'unverified':
      return `ward ${ward} (unverified)`;
  }
}
