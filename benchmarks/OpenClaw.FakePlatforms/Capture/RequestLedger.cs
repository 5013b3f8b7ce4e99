using System.Text.Json;

namespace OpenClaw.FakePlatforms.Capture;

/// <summary>A rule of the platform that a request broke.</summary>
/// <param name="Method">The platform's method or route.</param>
/// <param name="Text">What is wrong, with the field's name.</param>
internal sealed record Violation(string Method, string Text);

/// <summary>
/// Counts the requests of one fake and keeps the rules they broke. With <see cref="FolderVariable"/> set, what is new is
/// appended to a file of this process in that folder: at once after a violation, every few hundred requests, and at the end.
/// </summary>
internal sealed class RequestLedger(string platform, string? folder) : IDisposable
{
    /// <summary>The environment variable that names the folder of the captured counts.</summary>
    public const string FolderVariable = "OPENCLAW_PLATFORM_CAPTURE";

    private const int LineEvery = 500;

    /// <summary>Several fakes of a process share its file.</summary>
    private static readonly Lock FileLock = new();

    private readonly Lock _lock = new();
    private readonly List<Violation> _violations = [];
    private readonly List<Violation> _unwritten = [];
    private Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private int _pending;
    private long _requests;

    public static string? FolderOfEnvironment =>
        Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder ? folder : null;

    public long Requests => Interlocked.Read(ref _requests);

    public IReadOnlyList<Violation> Violations
    {
        get
        {
            lock (_lock) return [.. _violations];
        }
    }

    /// <summary>A request has come.</summary>
    public void Count(string method)
    {
        Interlocked.Increment(ref _requests);
        lock (_lock)
        {
            _counts[method] = _counts.GetValueOrDefault(method) + 1;
            if (++_pending < LineEvery) return;
        }

        Write();
    }

    /// <summary>A request broke a rule. It must have been counted.</summary>
    public void Violate(string method, string text)
    {
        lock (_lock)
        {
            Violation violation = new(method, text);
            _violations.Add(violation);
            _unwritten.Add(violation);
        }

        Write();
    }

    /// <summary>Appends what is new since the last line; nothing when nothing is.</summary>
    public void Write()
    {
        if (folder is null) return;
        CapturedLine line;
        lock (_lock)
        {
            if (_pending == 0 && _unwritten.Count == 0) return;
            line = new(platform, _counts.Values.Sum(), _unwritten.Count, _counts, [.. _unwritten]);
            _counts = new(StringComparer.Ordinal);
            _unwritten.Clear();
            _pending = 0;
        }

        Directory.CreateDirectory(folder);
        lock (FileLock) File.AppendAllText(Path.Combine(folder, $"{platform}-{Environment.ProcessId}.jsonl"), JsonSerializer.Serialize(line, CapturedLine.Json) + "\n");
    }

    public void Dispose() => Write();
}
