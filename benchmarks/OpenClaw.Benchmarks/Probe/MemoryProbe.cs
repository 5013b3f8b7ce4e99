using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace OpenClaw.Benchmarks.Probe;

/// <summary>What the runtime of a measured server says.</summary>
/// <param name="Allocated">Bytes allocated since its start.</param>
/// <param name="Heap">Bytes of managed memory in use.</param>
internal sealed record MemoryFigures(long Allocated, long Heap);

/// <summary>Asks the <see cref="StartupHook"/> in a server that was started with <see cref="Environment"/>; its socket is in that folder.</summary>
internal sealed class MemoryProbe(string folder)
{
    private readonly string _path = Path.Combine(folder, "probe");

    /// <summary>What the server's environment needs.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location,
        [StartupHook.PathVariable] = _path,
    };

    /// <summary>The figures as they are.</summary>
    public MemoryFigures Read() => Ask(StartupHook.AsIs);

    /// <summary>The figures after a full collection.</summary>
    public MemoryFigures Collect() => Ask(StartupHook.Collected);

    private MemoryFigures Ask(byte question)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(_path));
        socket.Send([question]);
        var answer = new byte[100];
        var parts = Encoding.ASCII.GetString(answer, 0, socket.Receive(answer)).Split(' ');
        return new(long.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
