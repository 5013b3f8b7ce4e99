using System.Net.Sockets;
using System.Text;

/// <summary>
/// Runs inside a measured server (the runtime loads it by <c>DOTNET_STARTUP_HOOKS</c>), so that figures only the runtime
/// knows come from the unchanged product: one byte on a Unix socket asks, one line answers. Costs nothing until asked.
/// </summary>
internal static class StartupHook
{
    /// <summary>Where to listen.</summary>
    public const string PathVariable = "OPENCLAW_PROBE";

    /// <summary>Asks for the figures as they are.</summary>
    public const byte AsIs = (byte)'s';

    /// <summary>Asks for the figures after a full, compacting collection.</summary>
    public const byte Collected = (byte)'c';

    /// <summary>Called by the runtime before Main.</summary>
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } path)
            new Thread(() => Serve(path)) { IsBackground = true, Name = "probe" }.Start();
    }

    private static void Serve(string path)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        for (; ; )
        {
            using var peer = listener.Accept();
            var question = new byte[1];
            if (peer.Receive(question) == 1) peer.Send(Encoding.ASCII.GetBytes(Answer(question[0])));
        }
    }

    private static string Answer(byte question)
    {
        if (question == Collected)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
        return $"{GC.GetTotalAllocatedBytes(precise: true)} {GC.GetTotalMemory(forceFullCollection: false)}";
    }
}
