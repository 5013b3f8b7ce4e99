using System.Diagnostics;
using System.Text;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Blobs;

namespace OpenClaw.Core.Tests.Storage.Blobs;

public sealed class DirectoryBlobStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("openclaw-blobs-").FullName;
    private readonly Guid _tenant = Guid.NewGuid();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Commit_Written_ThereWithItsBytesAtTheDocumentedPlace()
    {
        var blob = Guid.CreateVersion7();
        await WriteAsync(Store(), blob, "hello");

        Assert.Equal("hello", await ReadAsync(Store(), _tenant, blob));
        var name = blob.ToString("N");
        Assert.Equal([Path.Combine(_folder, "blobs", _tenant.ToString("N"), name[^2..], name)], Files());
    }

    [Fact]
    public async Task Dispose_WithoutCommit_NothingLeft()
    {
        var blob = Guid.CreateVersion7();
        await using (var writer = await Store().CreateAsync(_tenant, blob, CancellationToken.None))
            await writer.WriteAsync("half"u8.ToArray(), CancellationToken.None);

        Assert.Empty(Files());
        Assert.Null(await Store().OpenAsync(_tenant, blob, CancellationToken.None));
    }

    [Fact]
    public async Task Open_BeforeCommit_NotThere()
    {
        var blob = Guid.CreateVersion7();
        await using var writer = await Store().CreateAsync(_tenant, blob, CancellationToken.None);
        await writer.WriteAsync("half"u8.ToArray(), CancellationToken.None);

        Assert.Equal(4, writer.Length);
        Assert.Null(await Store().OpenAsync(_tenant, blob, CancellationToken.None));
    }

    [Fact]
    public async Task Open_OfAnotherTenant_NotThere()
    {
        var blob = Guid.CreateVersion7();
        await WriteAsync(Store(), blob, "hello");

        Assert.Null(await Store().OpenAsync(Guid.NewGuid(), blob, CancellationToken.None));
    }

    [Fact]
    public async Task Delete_ThereOrNot_Gone()
    {
        var blob = Guid.CreateVersion7();
        await WriteAsync(Store(), blob, "hello");
        await Store().DeleteAsync(_tenant, blob, CancellationToken.None);
        await Store().DeleteAsync(_tenant, blob, CancellationToken.None);
        await Store().DeleteAsync(Guid.NewGuid(), blob, CancellationToken.None);

        Assert.Empty(Files());
    }

    [Fact]
    public async Task Remove_Leftovers_OnlyOldUnfinishedOnes()
    {
        var (done, left) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var store = Store();
        await WriteAsync(store, done, "hello");
        var unfinished = Files().Single() + ".part";
        await File.WriteAllTextAsync(unfinished, "half");
        await using var open = await store.CreateAsync(_tenant, left, CancellationToken.None);
        File.SetLastWriteTimeUtc(unfinished, new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        store.Remove(new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero), countOnly: false);

        Assert.False(File.Exists(unfinished));
        Assert.Equal("hello", await ReadAsync(store, _tenant, done));
        Assert.Contains(Files(), file => file.Contains(left.ToString("N"), StringComparison.Ordinal));
    }

    [SmallDiskFact]
    public async Task Write_DiskFull_IOExceptionAndNothingLeft()
    {
        Assert.True(await RunAsync("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", _folder));
        try
        {
            var store = Store();
            await Assert.ThrowsAsync<IOException>(async () =>
            {
                await using var writer = await store.CreateAsync(_tenant, Guid.CreateVersion7(), CancellationToken.None);
                for (var i = 0; i < 64; i++) await writer.WriteAsync(new byte[64 << 10], CancellationToken.None);
                await writer.CommitAsync(CancellationToken.None);
            });
            Assert.Empty(Files());
        }
        finally
        {
            await RunAsync("umount", _folder);
        }
    }

    [Fact]
    public void Flush_FolderThatIsNotThere_IOException()
    {
        if (OperatingSystem.IsWindows()) return;
        Assert.Throws<IOException>(() => DurableFolders.Flush(Path.Combine(_folder, "nowhere")));
    }

    private DirectoryBlobStore Store() => new(new GatewayOptions { PublicUrl = new("http://localhost"), DataDirectory = _folder });

    private async Task WriteAsync(DirectoryBlobStore store, Guid blob, string text)
    {
        await using var writer = await store.CreateAsync(_tenant, blob, CancellationToken.None);
        await writer.WriteAsync(Encoding.UTF8.GetBytes(text), CancellationToken.None);
        await writer.CommitAsync(CancellationToken.None);
    }

    private static async Task<string> ReadAsync(DirectoryBlobStore store, Guid tenant, Guid blob)
    {
        using var reader = new StreamReader((await store.OpenAsync(tenant, blob, CancellationToken.None))!);
        return await reader.ReadToEndAsync();
    }

    private List<string> Files() =>
        Directory.Exists(Path.Combine(_folder, "blobs")) ? [.. Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories)] : [];

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false });
        await process!.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    /// <summary>Needs the right to mount a small disk; shows as skipped without it.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class SmallDiskFactAttribute : FactAttribute
    {
        public SmallDiskFactAttribute()
        {
            if (!OperatingSystem.IsLinux() || !string.Equals(Environment.UserName, "root", StringComparison.Ordinal)) Skip = "Mounting a small disk needs root on Linux.";
        }
    }
}
