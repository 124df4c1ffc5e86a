import { netns } from '../../src/index.js';
import * as clock from '../../src/socket/clock.js';
import { load } from '../../src/socket/libc.js';

jest.mock('../../src/socket/clock.js', () => {
  const real = jest.requireActual<typeof clock>('../../src/socket/clock.js');
  return { ...real, nextTick: jest.fn(real.nextTick) };
});
const nextTick = jest.mocked(clock.nextTick);

/** The real setns where `fails` says so, which then gets a descriptor that is none; elsewhere the thread stays. */
function failing(fails: (call: number) => boolean): () => void {
  const { libc } = load();
  const { setns } = libc;
  let calls = 0;
  libc.setns = (_fd, type) => (fails(++calls) ? setns.call(libc, -1, type) : 0);
  return () => {
    libc.setns = setns;
  };
}

const linux = process.platform === 'linux' ? describe : describe.skip;

linux('the way back', () => {
  test('a thread that cannot go it tells the process, even if the caller swallows the error', () => {
    using ns = netns.current();
    const restore = failing(call => call === 3); // to stay, to enter, to return
    const later: (() => void)[] = [];
    nextTick.mockImplementationOnce(fn => void later.push(fn as () => void));
    let thrown: unknown;
    try {
      ns.run(() => undefined);
    } catch (error) {
      thrown = error;
    } finally {
      restore();
    }
    expect(thrown).toMatchObject({ name: 'NamespaceReturnError', cause: { code: 'EBADF', syscall: 'setns' } });
    expect(later).toHaveLength(1);
    expect(later[0]).toThrow('the thread is in the wrong network namespace and cannot go back');
  });

  test('a thread that could not go it does not leave', () => {
    using ns = netns.current();
    const restore = failing(call => call === 1);
    const work = jest.fn();
    try {
      expect(() => ns.run(work)).toThrow(expect.objectContaining({ name: 'SyscallError', code: 'EBADF' }));
    } finally {
      restore();
    }
    expect(work).not.toHaveBeenCalled();
  });
});
