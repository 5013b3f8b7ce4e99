using OpenClaw.Benchmarks;
using OpenClaw.Benchmarks.Baselines;
using OpenClaw.Benchmarks.Driver;

if (args is [EchoServer.Verb, var url])
{
    await EchoServer.RunAsync(url);
    return 0;
}
if (args is [ModelServer.Verb, var address])
{
    await ModelServer.RunAsync(address);
    return 0;
}
if (args is [Flood.Verb, ..])
{
    await Flood.RunAsync(args[1..]);
    return 0;
}
return await CommandLine.RunAsync(args);
