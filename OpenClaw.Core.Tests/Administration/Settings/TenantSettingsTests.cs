using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.Settings;
using static OpenClaw.Core.Tests.Administration.AdministrationHost;

namespace OpenClaw.Core.Tests.Administration.Settings;

public sealed class TenantSettingsTests : IAsyncLifetime
{
    private AdministrationHost _host = null!;

    private Caller Caller => Caller.System(_host.Tenant);

    public async Task InitializeAsync() => _host = await StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Get_New_HasTheDefaults()
    {
        var view = await _host.Get<SettingsQuery>().GetAsync(_host.Tenant);
        Assert.Equal((30, 7, 30, (double?)null, 60, 65_536, 26_214_400L), (view.DormantAfterMinutes, view.ExpireAfterDays, view.ArchiveAfterDays, view.RetentionDays, view.RateLimitPerUserPerMinute, view.MaxMessageBytes, view.MaxAttachmentBytes));
        Assert.Empty(view.Set);
    }

    [Fact]
    public async Task Patch_SetsAndNullPutsTheDefaultBack()
    {
        var agent = (await _host.Get<SettingsQuery>().GetAsync(_host.Tenant)).DefaultAgent;
        var set = (await PatchAsync("""{"dormantAfterMinutes":0.5,"retentionDays":90,"maxMessageBytes":1000,"rateLimitPerMinute":600}""")).Value!;
        Assert.Equal((600, 600), (set.RateLimitPerMinute, _host.Catalog.FindTenant(_host.Tenant)!.Settings.RateLimitPerMinute));
        await PatchAsync("""{"rateLimitPerMinute":null}""");
        Assert.Equal((0.5, 90d, 1000, agent), (set.DormantAfterMinutes, set.RetentionDays, set.MaxMessageBytes, set.DefaultAgent));
        var back = (await PatchAsync("""{"dormantAfterMinutes":null,"retentionDays":null}""")).Value!;
        Assert.Equal((30d, (double?)null, 1000), (back.DormantAfterMinutes, back.RetentionDays, back.MaxMessageBytes));
        Assert.Equal(["maxMessageBytes"], back.Set.Select(s => s.Key));
    }

    [Theory]
    [InlineData("""{"dormantAfterMinutes":-1}""", "dormantAfterMinutes")]
    [InlineData("""{"dormantAfterMinutes":"30"}""", "dormantAfterMinutes")]
    [InlineData("""{"rateLimitPerUserPerMinute":1.5}""", "rateLimitPerUserPerMinute")]
    [InlineData("""{"rateLimitPerMinute":-1}""", "rateLimitPerMinute")]
    [InlineData("""{"maxMessageBytes":65537}""", "maxMessageBytes")]
    [InlineData("""{"maxMessageBytes":0}""", "maxMessageBytes")]
    [InlineData("""{"maxAttachmentBytes":26214401}""", "maxAttachmentBytes")]
    [InlineData("""{"retentionDays":[]}""", "retentionDays")]
    [InlineData("""{"nothing":1}""", "nothing")]
    [InlineData("""{"defaultAgent":"00000000-0000-0000-0000-000000000001"}""", "defaultAgent")]
    public async Task Patch_BadInput_IsToldAtTheFieldAndSavesNothing(string patch, string field)
    {
        var before = await _host.Get<SettingsQuery>().GetAsync(_host.Tenant);
        var result = await PatchAsync(patch);
        Assert.Equal(field, Assert.Single(result.Errors).Key);
        Assert.Equal(before.Version, (await _host.Get<SettingsQuery>().GetAsync(_host.Tenant)).Version);
    }

    [Fact]
    public async Task Patch_WithAnotherVersion_IsStale() =>
        Assert.Equal(AdminStatus.Stale, (await _host.Get<PatchSettings>().RunAsync(Caller, Json("{}"), 99)).Status);

    [Fact]
    public async Task Channel_BeforeTenant_BeforeDefault()
    {
        var plain = (await _host.Get<SaveChannel>().CreateAsync(Caller, Json("""{"kind":"websocket","name":"Plain"}"""))).Value!.Id;
        var own = (await _host.Get<SaveChannel>().CreateAsync(Caller, Json("""{"kind":"websocket","name":"Own","settings":{"rateLimitPerUserPerMinute":7}}"""))).Value!.Id;
        Assert.Equal((60, 7), (RateOf(plain), RateOf(own)));
        await PatchAsync("""{"rateLimitPerUserPerMinute":20,"expireAfterDays":1.5}""");
        Assert.Equal((20, 7), (RateOf(plain), RateOf(own)));
        var shown = (await _host.Get<ChannelQueries>().GetAsync(_host.Tenant, plain))!.Settings;
        Assert.Equal(("20", "1.5"), (shown["rateLimitPerUserPerMinute"]!.ToJsonString(), shown["expireAfterDays"]!.ToJsonString()));
    }

    [Fact]
    public async Task Model_FollowsAtOnce_AndNeverAboveTheInstallation()
    {
        await PatchAsync("""{"maxMessageBytes":1000,"archiveAfterDays":0,"retentionDays":365}""");
        var model = _host.Catalog.FindTenant(_host.Tenant)!.Settings;
        Assert.Equal((0d, 365d), (model.ArchiveAfterDays, model.RetentionDays));
        Assert.Equal((1000, 500), (model.MessageBytes(new()), model.MessageBytes(new LimitOptions { MaxMessageBytes = 500 })));
        Assert.Equal(26_214_400, model.AttachmentBytes(new()));
    }

    private int RateOf(Guid channel) => _host.Catalog.FindChannel(channel)!.RateLimitPerUserPerMinute;

    private Task<AdminResult<SettingsView>> PatchAsync(string patch) => _host.Get<PatchSettings>().RunAsync(Caller, Json(patch));
}
