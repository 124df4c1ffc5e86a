/** What was asked of the scripted kernel is not what the script says. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';
  readonly code = 'ERR_NETLINK_SCRIPT';
}
