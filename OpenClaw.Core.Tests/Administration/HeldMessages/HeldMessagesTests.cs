using System.Text;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.HeldMessages;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.HeldMessages;

/// <summary>What people can do about messages that a channel held back.</summary>
public sealed class HeldMessagesTests : IAsyncLifetime
{
    private AdministrationHost _host = null!;
    private Guid _channel;
    private Caller _caller = null!;

    public async Task InitializeAsync()
    {
        _host = await AdministrationHost.StartAsync();
        _channel = _host.Catalog.Channels.Single().Id;
        _caller = Caller.System(_host.Tenant);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task List_ByReasonTextAndPage_IsNewestFirstAndOfTheOwnTenantOnly()
    {
        for (var i = 0; i < 3; i++) await HoldAsync(i, i == 1 ? HeldReasons.List : HeldReasons.Automatic, $"{i}@example.com", $"100% off {i}");
        var queries = _host.Get<HeldMessageQueries>();
        var first = (await queries.ListAsync(_caller, _channel, new(), new(2)))!;
        Assert.Equal(["2@example.com", "1@example.com"], first.Items.Select(h => h.Sender));
        Assert.Equal("0@example.com", Assert.Single((await queries.ListAsync(_caller, _channel, new(), new(2, first.Next)))!.Items).Sender);
        Assert.Equal("1@example.com", Assert.Single((await queries.ListAsync(_caller, _channel, new(HeldReasons.List), new(9)))!.Items).Sender);
        Assert.Equal("2@example.com", Assert.Single((await queries.ListAsync(_caller, _channel, new(Text: "% OFF 2"), new(9)))!.Items).Sender);
        Assert.Equal(2, (await queries.CountAsync(_caller, _channel, new(Text: "example.com", Reason: HeldReasons.Automatic)))!.Count);
        Assert.Null(await queries.ListAsync(_caller with { Tenant = Guid.NewGuid() }, _channel, new(), new(9)));
        Assert.Null(await queries.GetAsync(_caller, Guid.NewGuid(), first.Items[0].Id));
        await Assert.ThrowsAsync<ForbiddenException>(() => queries.ListAsync(_caller with { Scopes = [ApiScopeNames.Converse] }, _channel, new(), new(9)));
    }

    [Fact]
    public async Task Source_ForThoseWhoMayWorkInConversations_IsGivenOutAndNoted()
    {
        var held = await HoldAsync(0, source: "From: ada");
        var sources = _host.Get<HeldMessageSource>();
        await using (var source = (await sources.OpenAsync(_caller with { Scopes = [ApiScopeNames.Operate] }, _channel, held))!.Content)
        using (var reader = new StreamReader(source)) Assert.Equal("From: ada", await reader.ReadToEndAsync());
        Assert.Equal("held-message.downloaded", Assert.Single(await ActionsAsync()));
        Assert.Null(await sources.OpenAsync(_caller, _channel, await HoldAsync(1)));
        Assert.Null(await sources.OpenAsync(_caller with { Tenant = Guid.NewGuid() }, _channel, held));
        await Assert.ThrowsAsync<ForbiddenException>(() => sources.OpenAsync(_caller with { Scopes = [ApiScopeNames.Read] }, _channel, held));
    }

    [Fact]
    public async Task Release_IsMarkedNotedAndTheChannelConnectsAnew()
    {
        var held = await HoldAsync(0);
        var release = _host.Get<ReleaseHeldMessage>();
        var result = await release.RunAsync(_caller, _channel, held);
        Assert.True(result.Value!.IsReleased);
        Assert.Equal(AdminStatus.Done, (await release.RunAsync(_caller, _channel, held)).Status);
        Assert.Equal(["channel.restarted", "held-message.released"], (await ActionsAsync()).Order());
        Assert.Equal(AdminStatus.NotFound, (await release.RunAsync(_caller, _channel, Guid.NewGuid())).Status);
        await Assert.ThrowsAsync<ForbiddenException>(() => release.RunAsync(_caller with { Scopes = [ApiScopeNames.Operate] }, _channel, held));
    }

    [Fact]
    public async Task Release_OfAChannelThatIsOff_SaysWhatToDo()
    {
        var held = await HoldAsync(0);
        await _host.Get<SaveChannel>().PatchAsync(_caller, _channel, AdministrationHost.Json("""{"enabled":false}"""));
        var result = await _host.Get<ReleaseHeldMessage>().RunAsync(_caller, _channel, held);
        Assert.Equal(AdminStatus.InUse, result.Status);
        Assert.Contains("Switch the channel on", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Discard_One_TakesTheSourceToo()
    {
        var held = await HoldAsync(0, source: "raw");
        var blob = (await RowsAsync()).Single().Source!.Value;
        Assert.Equal(AdminStatus.Done, (await _host.Get<DiscardHeldMessages>().OneAsync(_caller, _channel, held)).Status);
        Assert.Empty(await RowsAsync());
        Assert.Null(await _host.Get<IBlobStore>().OpenAsync(_host.Tenant, blob, default));
        Assert.Equal("held-message.discarded", Assert.Single(await ActionsAsync()));
    }

    [Fact]
    public async Task Discard_AllThatFit_LeavesTheOthersAndWhatCameLater()
    {
        await HoldAsync(0, HeldReasons.List);
        await HoldAsync(1, HeldReasons.Automatic);
        await HoldAsync(2, HeldReasons.List);
        var result = await _host.Get<DiscardHeldMessages>().AllAsync(_caller, _channel, new(HeldReasons.List, Until: _host.Clock.GetUtcNow().AddMinutes(-8)));
        Assert.Equal(1, result.Value!.Count);
        Assert.Equal([HeldReasons.Automatic, HeldReasons.List], (await RowsAsync()).Select(r => r.Reason));
        Assert.Equal("held-message.discarded-all", Assert.Single(await ActionsAsync()));
        await Assert.ThrowsAsync<ForbiddenException>(() => _host.Get<DiscardHeldMessages>().AllAsync(_caller with { Scopes = [ApiScopeNames.Operate] }, _channel, new()));
    }

    [Fact]
    public async Task DeletedChannel_LeavesNoSources()
    {
        await HoldAsync(0, source: "raw");
        var blob = (await RowsAsync()).Single().Source!.Value;
        await _host.Get<DeleteChannel>().RunAsync(_caller, _channel);
        Assert.Empty(await RowsAsync());
        Assert.Null(await _host.Get<IBlobStore>().OpenAsync(_host.Tenant, blob, default));
    }

    private async Task<Guid> HoldAsync(int minute, string reason = HeldReasons.Automatic, string? sender = null, string? subject = null, string? source = null)
    {
        var at = _host.Clock.GetUtcNow().AddMinutes(minute - 10);
        Guid? blob = source is null ? null : Guid.CreateVersion7(at);
        if (blob is { } file)
        {
            await using var writer = await _host.Get<IBlobStore>().CreateAsync(_host.Tenant, file, default);
            await writer.WriteAsync(Encoding.UTF8.GetBytes(source!), default);
            await writer.CommitAsync(default);
        }

        var row = new HeldMessage
        {
            Id = Guid.CreateVersion7(at), TenantId = _host.Tenant, ChannelId = _channel, Place = $"1.{minute}", Reason = reason, Detail = "why", Sender = sender, Subject = subject, At = at,
            Source = blob, SourceSize = source?.Length ?? 0,
        };
        await using var db = _host.Database.System.Create();
        db.Add(row);
        await db.SaveChangesAsync();
        return row.Id;
    }

    private async Task<List<HeldMessage>> RowsAsync()
    {
        await using var db = _host.Database.System.Create();
        return await db.HeldMessages.AsNoTracking().OrderBy(h => h.Id).ToListAsync();
    }

    private async Task<List<string>> ActionsAsync()
    {
        await using var db = _host.Database.System.Create();
        return await db.Audit.Where(a => a.Action.StartsWith("held-message") || a.Action == "channel.restarted").Select(a => a.Action).ToListAsync();
    }
}
