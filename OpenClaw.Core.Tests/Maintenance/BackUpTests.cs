using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Maintenance;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Storage.Sqlite;

namespace OpenClaw.Core.Tests.Maintenance;

public sealed class BackUpTests
{
    [SqliteFact]
    public async Task Run_RunningInstallation_RestoredCopyGoesOn()
    {
        await using var road = await Road.StartAsync();
        var channel = road.AddChannel();
        for (var i = 0; i < 20; i++) await road.Inbox.AcceptAsync(Road.Message(channel, $"m{i}", $"text {i}"), default);
        Directory.CreateDirectory(Path.Combine(road.Folder, "blobs", "t", "aa"));
        await File.WriteAllTextAsync(Path.Combine(road.Folder, "blobs", "t", "aa", "1"), "attachment");
        await File.WriteAllTextAsync(Path.Combine(road.Folder, "master.key"), "secret");
        var copy = Directory.CreateTempSubdirectory("openclaw-copy").FullName;

        var made = await new BackUp(road.Get<GatewayOptions>(), ((SqliteDatabase)road.Get<IDatabase>()).BackUpAsync).RunAsync(copy, default);
        Assert.Equal(2, made.Count);
        Assert.False(File.Exists(Path.Combine(copy, "master.key")));
        await Assert.ThrowsAsync<IOException>(() => new BackUp(road.Get<GatewayOptions>(), ((SqliteDatabase)road.Get<IDatabase>()).BackUpAsync).RunAsync(copy, default));

        await using (var restored = await Road.StartAsync(road.Catalog, copy))
        {
            Assert.Equal(20, (await restored.RowsAsync()).Count(r => r.From == MessageFrom.User));
            Assert.True((await restored.Inbox.AcceptAsync(Road.Message(channel, "m7", "text 7"), default)).Duplicate);
            Assert.False((await restored.Inbox.AcceptAsync(Road.Message(channel, "new", "text"), default)).Duplicate);
            Assert.Equal("attachment", await File.ReadAllTextAsync(Path.Combine(copy, "blobs", "t", "aa", "1")));
        }

        TestFolder.Delete(copy);
    }
}
