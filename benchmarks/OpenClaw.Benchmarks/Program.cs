using OpenClaw.Benchmarks;
using OpenClaw.Benchmarks.Baselines;

if (args is [EchoServer.Verb, var url])
{
    await EchoServer.RunAsync(url);
    return 0;
}
return await CommandLine.RunAsync(args);
