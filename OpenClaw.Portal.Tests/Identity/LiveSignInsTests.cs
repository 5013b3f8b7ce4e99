using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Identity.Live;
using OpenClaw.Portal.Tests.Fakes;

namespace OpenClaw.Portal.Tests.Identity;

public sealed class LiveSignInsTests : IAsyncLifetime
{
    private readonly TestClock _clock = new();
    private readonly Guid _person = Guid.NewGuid();
    private PortalDatabase _database = null!;
    private LiveSignIns _signIns = null!;

    public async Task InitializeAsync()
    {
        _database = await PortalDatabase.CreateAsync();
        _signIns = new(_database.System, _clock);
        await _database.AddAsync(new Person { Id = _person, UserName = "ada@example.org", Email = "ada@example.org" });
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task BeginAsync_HoldsAndIsListed()
    {
        var id = await BeginAsync("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        Assert.True(await IsLiveAsync(id));
        var view = Assert.Single(await _signIns.ListAsync(_person, default));
        Assert.Equal((id, "Firefox on Linux", "10.0.0.7", "password"), (view.Id, view.Device, view.Address, view.Method));
        await using var db = _database.System.Create();
        Assert.Equal(_clock.GetUtcNow(), (await db.Users.SingleAsync()).LastSignInAt);
    }

    [Fact]
    public async Task EndAsync_IsFeltAtOnceAndTold()
    {
        var (id, other) = (await BeginAsync(), await BeginAsync());
        Assert.True(await IsLiveAsync(id));
        var told = new List<Guid>();
        _signIns.Ended += told.Add;
        Assert.True(await _signIns.EndAsync(_person, id, default));
        Assert.False(await IsLiveAsync(id));
        Assert.True(await IsLiveAsync(other));
        Assert.Equal([id], told);
        Assert.False(await _signIns.EndAsync(_person, id, default));
    }

    [Fact]
    public async Task EndAsync_OfAnother_DoesNothing()
    {
        var id = await BeginAsync();
        Assert.False(await _signIns.EndAsync(Guid.NewGuid(), id, default));
        Assert.True(await IsLiveAsync(id));
    }

    [Fact]
    public async Task EndAllAsync_SparesTheOneThatIsNamed()
    {
        var (id, other, third) = (await BeginAsync(), await BeginAsync(), await BeginAsync());
        Assert.Equal(2, await _signIns.EndAllAsync(_person, id, default));
        Assert.Equal((true, false, false), (await IsLiveAsync(id), await IsLiveAsync(other), await IsLiveAsync(third)));
        Assert.Equal(1, await _signIns.EndAllAsync(_person, null, default));
    }

    [Fact]
    public async Task IsLiveAsync_EndedOnAnotherNode_IsSeenWithinSeconds()
    {
        var id = await BeginAsync();
        Assert.True(await IsLiveAsync(id));
        await new LiveSignIns(_database.System, _clock).EndAsync(_person, id, default);
        _clock.Advance(LiveSignIns.Freshness);
        Assert.False(await IsLiveAsync(id));
    }

    [Fact]
    public async Task IsLiveAsync_PersonRemoved_IsFalse()
    {
        var id = await BeginAsync();
        await using (var db = _database.System.Create()) await db.WriteAsync(d => d.Users.ExecuteDeleteAsync(), default);
        Assert.False(await IsLiveAsync(id));
    }

    [Fact]
    public async Task IsLiveAsync_WithAnotherPersonsId_IsFalse()
    {
        var id = await BeginAsync();
        Assert.True(await IsLiveAsync(id));
        Assert.False(await _signIns.IsLiveAsync(Principal(id, Guid.NewGuid()), used: true, default));
    }

    [Fact]
    public async Task IsLiveAsync_Used_HoldsOnAndNotesItOnceAMinute()
    {
        var id = await BeginAsync();
        _clock.Advance(TimeSpan.FromSeconds(30));
        await IsLiveAsync(id);
        Assert.Equal(TimeSpan.FromSeconds(30), _clock.GetUtcNow() - await LastSeenAsync());
        _clock.Advance(TimeSpan.FromSeconds(30));
        await IsLiveAsync(id);
        Assert.Equal(_clock.GetUtcNow(), await LastSeenAsync());
        _clock.Advance(LiveSignIns.Lifetime - TimeSpan.FromMinutes(1));
        Assert.True(await IsLiveAsync(id));
    }

    [Fact]
    public async Task IsLiveAsync_NotUsedForLong_HasRunOut()
    {
        var id = await BeginAsync();
        _clock.Advance(LiveSignIns.Lifetime);
        Assert.False(await IsLiveAsync(id));
        Assert.Empty(await _signIns.ListAsync(_person, default));
    }

    [Fact]
    public async Task BeginAsync_RemovesWhatRanOutLongAgo()
    {
        await BeginAsync();
        _clock.Advance(LiveSignIns.Lifetime + TimeSpan.FromDays(31));
        var id = await BeginAsync();
        await using var db = _database.System.Create();
        Assert.Equal(id, (await db.SignIns.SingleAsync()).Id);
    }

    [Theory]
    [InlineData(null, "Unknown device")]
    [InlineData("", "Unknown device")]
    [InlineData("\u202e<script>", "Unknown device")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge on Windows")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1", "Safari on iPhone")]
    [InlineData("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome on Android")]
    [InlineData("curl/8.9.1", "curl")]
    public void DeviceWords_AreWhatPeopleSay(string? agent, string words) => Assert.Equal(words, DeviceWords.Of(agent));

    private Task<Guid> BeginAsync(string? device = null) => _signIns.BeginAsync(_person, "password", "10.0.0.7", device, default);

    private ValueTask<bool> IsLiveAsync(Guid id) => _signIns.IsLiveAsync(Principal(id, _person), used: true, default);

    private async Task<DateTimeOffset> LastSeenAsync()
    {
        await using var db = _database.System.Create();
        return (await db.SignIns.SingleAsync()).LastSeenAt;
    }

    private static ClaimsPrincipal Principal(Guid id, Guid person) =>
        new(new ClaimsIdentity([new(LiveSignIns.Claim, id.ToString("N")), new(ClaimTypes.NameIdentifier, person.ToString())], "test"));
}
