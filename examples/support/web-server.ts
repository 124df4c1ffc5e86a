// What runs in the container: a web server that says who asked. It ends when its input does, and so with whoever started it.
import { createServer } from 'node:http';

createServer((request, response) => response.end(`hello ${request.socket.remoteAddress}`)).listen(80, '0.0.0.0', () => {
  console.log('ready');
});
process.stdin.resume().on('end', () => process.exit());
