/** Calls it, and tells where in a description it is what cannot be sent: an error names the setting only. */
export function at<T>(where: string, deed: () => T): T {
  try {
    return deed();
  } catch (error) {
    throw told(error, where);
  }
}

/** An error of what was given, with where that is. */
export function told(error: unknown, where: string): unknown {
  if (error instanceof TypeError || error instanceof RangeError) error.message = `${where}: ${error.message}`;
  return error;
}
