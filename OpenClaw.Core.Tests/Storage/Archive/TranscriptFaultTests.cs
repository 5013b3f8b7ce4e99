using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Maintenance;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Storage.Archive;

/// <summary>Files that went bad, each kind of them: found, named, nothing lost by it, the rest goes on.</summary>
public sealed class TranscriptFaultTests
{
    public static TheoryData<string, string> Kinds { get; } = new()
    {
        { "missing", "is missing" }, { "empty", "has 0 bytes" }, { "truncated", "cut off" }, { "longer", "cut off or changed" },
        { "bit", "checksum" }, { "foreign", "cut off or changed" }, { "swapped", "belongs to another session" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Restore_BadFile_NamedAndNothingChanged(string kind, string said)
    {
        await using var host = await ArchiveHost.StartAsync();
        var (bad, good) = (await host.TalkAsync("ada"), await host.TalkAsync("bob"));
        await host.ExpireAsync();
        await host.ArchiveAsync();
        await SpoilAsync(host, bad, good, kind);

        var fault = await Assert.ThrowsAsync<ArchiveFaultException>(() => host.Archived.RestoreAsync(bad, default));

        Assert.Contains(said, fault.Message, StringComparison.Ordinal);
        var row = (await host.RowAsync(bad))!;
        Assert.Contains($"{row.File:N}.jsonl.br", fault.Message, StringComparison.Ordinal);
        Assert.Equal((fault.Message, true), (row.Fault, row.RowsRemoved));
        Assert.Equal((SessionState.Archived, 0), ((await host.SessionAsync(bad)).State, (await host.CountAsync()).Messages));
        await Assert.ThrowsAsync<ArchiveFaultException>(() => host.Archived.ReadAsync(bad, 0, 10, default));
        if (kind is "swapped") return;
        await host.Archived.RestoreAsync(good, default);
        Assert.Equal(4, (await host.CountAsync()).Messages);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Check_BadFile_NotedUntilItIsRightAgain(string kind, string said)
    {
        await using var host = await ArchiveHost.StartAsync();
        var (bad, good) = (await host.TalkAsync("ada"), await host.TalkAsync("bob"));
        await host.ExpireAsync();
        await host.ArchiveAsync();
        var file = host.FileOf((await host.RowAsync(bad))!);
        var whole = await File.ReadAllBytesAsync(file);
        var row = (await host.RowAsync(bad))!;
        await SpoilAsync(host, bad, good, kind);

        var progress = await CheckAsync(host);
        Assert.Equal((2L, 1L), (progress.Items, progress.FaultCount));
        Assert.Contains(said, progress.Faults[0], StringComparison.Ordinal);
        Assert.Contains(bad.ToString(), progress.Faults[0], StringComparison.Ordinal);
        Assert.NotNull((await host.RowAsync(bad))!.Fault);
        Assert.Null((await host.RowAsync(good))!.Fault);

        await File.WriteAllBytesAsync(file, whole); // from a back-up
        await host.Road.Journal.WorkAsync(db => db.ArchivedSessions.Where(a => a.SessionId == bad)
            .ExecuteUpdate(set => set.SetProperty(a => a.FileBytes, row.FileBytes).SetProperty(a => a.Hash, row.Hash).SetProperty(a => a.Bytes, row.Bytes)));
        Assert.Equal(0, (await CheckAsync(host)).FaultCount);
        Assert.Null((await host.RowAsync(bad))!.Fault);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Archive_FileGoesBadBeforeTheRowsAreRemoved_SessionComesBackWithThem(string kind, string said)
    {
        await using var host = await ArchiveHost.StartAsync();
        var (bad, good) = (await host.TalkAsync("ada"), await host.TalkAsync("bob"));
        await host.ExpireAsync();
        var rows = await host.Road.RowsAsync();
        await host.ArchiveAsync();
        // as after a crash between marking and removal
        await host.Road.Journal.WorkAsync(db =>
        {
            db.Messages.AddRange(rows.Where(r => r.SessionId == bad));
            db.SessionEntries.AddRange(rows.Where(r => r.SessionId == bad).Select(r => new SessionEntry { SessionId = bad, Seq = r.Seq, Position = r.Position }));
            db.SaveInJournal();
            return db.ArchivedSessions.Where(a => a.SessionId == bad).ExecuteUpdate(set => set.SetProperty(a => a.RowsRemoved, false));
        });
        await SpoilAsync(host, bad, good, kind);

        var progress = await host.ArchiveAsync();

        Assert.Contains(said, Assert.Single(progress.Faults), StringComparison.Ordinal);
        Assert.Equal(1, progress.Items); // archived anew, from its rows
        Assert.Equal((0, 0), await host.CountAsync());
        Assert.Equal(4, (await host.Archived.ReadAsync(bad, 0, 10, default)).Count);
    }

    [Fact]
    public async Task Archive_FileBadAndARowGone_RestOfTheRowsStays()
    {
        await using var host = await ArchiveHost.StartAsync();
        var bad = await host.TalkAsync("ada");
        await host.ExpireAsync();
        var rows = await host.Road.RowsAsync();
        await host.ArchiveAsync();
        await host.Road.Journal.WorkAsync(db =>
        {
            db.Messages.AddRange(rows.Skip(1));
            db.SessionEntries.AddRange(rows.Skip(1).Select(r => new SessionEntry { SessionId = bad, Seq = r.Seq, Position = r.Position }));
            db.SaveInJournal();
            return db.ArchivedSessions.ExecuteUpdate(set => set.SetProperty(a => a.RowsRemoved, false));
        });
        File.Delete(host.FileOf((await host.RowAsync(bad))!));

        for (var run = 0; run < 2; run++) Assert.Equal(1, (await host.ArchiveAsync()).FaultCount);

        Assert.Equal((3, 3), await host.CountAsync());
        Assert.NotNull((await host.RowAsync(bad))!.Fault);
    }

    [Fact]
    public async Task Open_Bomb_IsNotUnpackedFurtherThanRecorded()
    {
        await using var host = await ArchiveHost.StartAsync();
        var id = await host.TalkAsync("ada");
        await host.ExpireAsync();
        await host.ArchiveAsync();
        using var packed = new MemoryStream();
        await using (var brotli = new BrotliStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 512; i++) await brotli.WriteAsync(zeros);
        }

        await PutAsync(host, id, packed.ToArray(), bytes: 5_000);
        var least = long.MaxValue; // of a few: tests beside this one allocate too
        for (var i = 0; i < 5; i++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var fault = await Assert.ThrowsAsync<ArchiveFaultException>(() => host.Archived.ReadAsync(id, 0, 10, default));
            Assert.Contains("larger than was recorded", fault.Message, StringComparison.Ordinal);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.True(least < 64 << 20, $"{least >> 20} MB");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n\n")]
    [InlineData("not json\n")]
    [InlineData("{\"format\":\"openclaw.transcript\",\"version\":2,\"session\":null}\n")]
    [InlineData("{}\n{}\n{}\n")]
    [InlineData("[1,2,3]\n")]
    public async Task Open_RightChecksumWrongContent_IsAFault(string content)
    {
        await using var host = await ArchiveHost.StartAsync();
        var id = await host.TalkAsync("ada");
        await host.ExpireAsync();
        await host.ArchiveAsync();
        using var packed = new MemoryStream();
        await using (var brotli = new BrotliStream(packed, CompressionLevel.Optimal, leaveOpen: true)) await brotli.WriteAsync(Encoding.UTF8.GetBytes(content));

        await PutAsync(host, id, packed.ToArray(), bytes: content.Length);

        await Assert.ThrowsAsync<ArchiveFaultException>(() => host.Archived.RestoreAsync(id, default));
        await PutAsync(host, id, Encoding.UTF8.GetBytes("no brotli at all, but the right checksum"), bytes: 1_000);
        await Assert.ThrowsAsync<ArchiveFaultException>(() => host.Archived.RestoreAsync(id, default));
    }

    [Fact]
    public async Task Delete_UnreadableTranscript_GoesAllTheSame()
    {
        await using var host = await ArchiveHost.StartAsync();
        var (bad, good) = (await host.TalkAsync("ada"), await host.TalkAsync("bob"));
        await host.ExpireAsync();
        await host.ArchiveAsync();
        await SpoilAsync(host, bad, good, "truncated");

        Assert.NotNull(await host.Archived.DeleteAsync(bad, default));
        Assert.NotNull(await host.Archived.DeleteAsync(good, default));
        Assert.Null(await host.Archived.DeleteAsync(good, default));

        await using var db = host.Road.Db();
        Assert.Equal((0, 0, 0), (await db.Sessions.CountAsync(), await db.ArchivedSessions.CountAsync(), host.Files()));
        Assert.Empty(await host.FindAsync("question"));
    }

    private static async Task<JobProgress> CheckAsync(ArchiveHost host)
    {
        var progress = new JobProgress();
        await host.Road.Get<CheckArchive>().RunAsync(progress, default);
        return progress;
    }

    private static async Task SpoilAsync(ArchiveHost host, Guid bad, Guid good, string kind)
    {
        var file = host.FileOf((await host.RowAsync(bad))!);
        var whole = await File.ReadAllBytesAsync(file);
        switch (kind)
        {
            case "missing":
                File.Delete(file);
                break;
            case "empty":
                await File.WriteAllBytesAsync(file, []);
                break;
            case "truncated":
                await File.WriteAllBytesAsync(file, whole[..^7]);
                break;
            case "longer":
                await File.WriteAllBytesAsync(file, [.. whole, 0]);
                break;
            case "bit":
                whole[whole.Length / 2] ^= 1;
                await File.WriteAllBytesAsync(file, whole);
                break;
            case "foreign":
                await File.WriteAllTextAsync(file, "%PDF-1.7");
                break;
            case "swapped": // whole, and another session's
                var other = (await host.RowAsync(good))!;
                await PutAsync(host, bad, await File.ReadAllBytesAsync(host.FileOf(other)), other.Bytes);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind));
        }
    }

    /// <summary>A file that somebody made, with a row that says so.</summary>
    private static async Task PutAsync(ArchiveHost host, Guid session, byte[] content, long bytes)
    {
        await File.WriteAllBytesAsync(host.FileOf((await host.RowAsync(session))!), content);
        var hash = SHA256.HashData(content);
        await host.Road.Journal.WorkAsync(db => db.ArchivedSessions.Where(a => a.SessionId == session)
            .ExecuteUpdate(set => set.SetProperty(a => a.FileBytes, content.Length).SetProperty(a => a.Hash, hash).SetProperty(a => a.Bytes, bytes)));
    }
}
