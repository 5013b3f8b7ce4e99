using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Portal.Tests.EndToEnd;

/// <summary>A data directory that goes with the test.</summary>
internal sealed class DataFolder : IDisposable
{
    public string Path { get; } = ProductFiles.NewDataDirectory();

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
