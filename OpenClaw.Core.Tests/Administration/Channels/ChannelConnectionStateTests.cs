using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Stores;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Administration.Channels;

/// <summary>What people and the API are told of a channel's connection.</summary>
public sealed class ChannelConnectionStateTests : IAsyncLifetime
{
    private static readonly DateTimeOffset At = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private readonly Links _links = new();
    private AdministrationHost _host = null!;
    private ChannelModel _channel = null!;

    public async Task InitializeAsync()
    {
        _host = await AdministrationHost.StartAsync();
        _channel = _host.Catalog.Channels.Single();
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData(ChannelLinkState.Connected, null, "running", null)]
    [InlineData(ChannelLinkState.Connecting, null, "running", "connecting")]
    [InlineData(ChannelLinkState.Off, null, "running", "connecting")]
    [InlineData(ChannelLinkState.Connecting, "conflict", "failing", "conflict")]
    [InlineData(ChannelLinkState.Retrying, "unreachable", "failing", "unreachable")]
    [InlineData(ChannelLinkState.Failed, "token_refused", "failing", "token_refused")]
    public void Judge_EachState_IsOneOfTheContract(ChannelLinkState state, string? linkCause, string expected, string? cause)
    {
        _links.Link = Link(state, linkCause);
        var condition = Health().Judge(_channel);
        Assert.Equal((expected, cause), (condition.State, condition.Cause));
        Assert.Equal(cause is null, condition.Fix is null);
    }

    /// <summary>A platform may hand over messages and take no replies.</summary>
    [Fact]
    public void Judge_ConnectedButSendingIsRefused_FailsAndSaysSo()
    {
        _links.Link = Link(ChannelLinkState.Connected, null);
        var condition = new ChannelHealth(_host.Catalog, _host.Get<ChannelKinds>(), [], _links, [new Refused(_channel.Kind)]).Judge(_channel);
        Assert.Equal(("failing", "sending_refused"), (condition.State, condition.Cause));
        Assert.Contains("the password is wrong", condition.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_SwitchedOffOrSuspended_IsThatWhateverTheConnection()
    {
        _links.Link = Link(ChannelLinkState.Failed, "token_refused");
        Assert.Equal("disabled", Health().Judge(_channel with { Enabled = false }).State);
        Assert.Equal("suspended", Health().Judge(_channel with { Tenant = _channel.Tenant with { Suspended = true } }).State);
        Assert.Equal("running", Health().JudgeAnswers(_channel).State);
    }

    [Fact]
    public async Task Status_OfAConnectedChannel_HasConnectionAndLimits()
    {
        _links.Link = Link(ChannelLinkState.Connected, null) with { Account = "@helper_bot", LastProofAt = At, Gap = new(At.AddMinutes(-5), "gone") };
        var status = (await Query([new Budget(_channel.Kind)]).GetAsync(_host.Tenant, _channel.Id))!;
        Assert.Equal(new ConnectionView("connected", At, "@helper_bot", At, null, At.AddMinutes(-5)), status.Connection);
        Assert.Equal([new LimitView("Messages to all chats", 30, 12, 1, At, null)], status.Limits);
        Assert.Null(status.Cause); // “nobody has connected” is for those to whom people connect
    }

    [Fact]
    public async Task Status_OfAKindWithout_HasNeither()
    {
        var status = (await Query([new Budget("other")]).GetAsync(_host.Tenant, _channel.Id))!;
        Assert.Equal((null, null, ChannelStatus.NoConnection), (status.Connection, status.Limits, status.Cause));
    }

    [Fact]
    public async Task Gaps_NewestFirst_OfTheOwnTenantOnly()
    {
        await using (var db = _host.Database.System.Create())
        {
            for (var i = 0; i < 3; i++)
            {
                db.Add(new ChannelGap
                {
                    Id = Guid.CreateVersion7(At.AddMinutes(i)), TenantId = _host.Tenant, ChannelId = _channel.Id, StartedAt = At.AddMinutes(i), EndedAt = i == 2 ? null : At.AddMinutes(i).AddSeconds(5),
                    Reason = $"reason {i}", Recovered = i, Missed = i == 0 ? null : 0,
                });
            }

            await db.SaveChangesAsync();
        }

        var caller = Caller.System(_host.Tenant);
        var gaps = _host.Get<ChannelGapQueries>();
        var first = (await gaps.ListAsync(caller, _channel.Id, new(2)))!;
        Assert.Equal(["reason 2", "reason 1"], first.Items.Select(g => g.Reason));
        Assert.Null(first.Items[0].EndedAt);
        var last = Assert.Single((await gaps.ListAsync(caller, _channel.Id, new(2, first.Next)))!.Items);
        Assert.Equal((0, null), (last.Recovered, last.Missed));
        Assert.Null(await gaps.ListAsync(caller with { Tenant = Guid.NewGuid() }, _channel.Id, new(2)));
        await Assert.ThrowsAsync<ForbiddenException>(() => gaps.ListAsync(caller with { Scopes = [ApiScopeNames.Converse] }, _channel.Id, new(2)));
    }

    private static ChannelLink Link(ChannelLinkState state, string? cause) => new(state, At, null, null, cause, cause is null ? null : "What happened.", null, null, 1, null);

    private ChannelHealth Health() => new(_host.Catalog, _host.Get<ChannelKinds>(), [], _links);

    private ChannelStatusQuery Query(IEnumerable<IChannelBudget> budgets) =>
        new(_host.Catalog, _host.Get<ILiveFigures>(), Health(), _host.Get<ChannelTraffic>(), null, _links, budgets);

    private sealed class Links : IChannelLinks
    {
        public ChannelLink? Link { get; set; }

        public ChannelLink? Look(Guid channel) => Link;
    }

    private sealed class Budget(string kind) : IChannelBudget
    {
        public string Kind => kind;

        public IReadOnlyList<BudgetView> Look(Guid channel) => [new("Messages to all chats", 30, 12, TimeSpan.FromSeconds(1), At, null)];
    }

    private sealed class Refused(string kind) : IChannelSender
    {
        public string Kind => kind;

        public bool IsReady(ChannelModel channel) => false;

        public string? NotReadyBecause(ChannelModel channel) => "the password is wrong";

        public ValueTask<SendOutcome> SendAsync(ChannelModel channel, OutgoingPart part, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
