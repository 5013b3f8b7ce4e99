using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.Conversations;

public sealed class SavedFiltersTests : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private SavedFilters _filters = null!;
    private Caller _ada = null!;
    private Caller _bob = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        var tenant = await _database.AddTenantAsync("acme");
        _filters = new(_database.Tenants, new TestClock());
        (_ada, _bob) = (Person(tenant, "ada"), Person(tenant, "bob"));
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Save_ThenList_OwnOnlyAndByPageAndName()
    {
        await SaveAsync(_ada, "b", "state=active");
        await SaveAsync(_ada, "A", "text=x");
        await _filters.SaveAsync(_ada, "archive", "other page", "");
        await SaveAsync(_bob, "his", "");
        var elsewhere = _ada with { Tenant = await _database.AddTenantAsync("other") };
        Assert.Equal([("A", "text=x"), ("b", "state=active")], (await _filters.ListAsync(_ada, "conversations")).Select(f => (f.Name, f.Query)));
        Assert.Empty(await _filters.ListAsync(elsewhere, "conversations"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("MINE")]
    [InlineData("a\nb")]
    public async Task Save_NameThatIsNoneOrTaken_IsRefused(string name)
    {
        await SaveAsync(_ada, "Mine", "");
        Assert.Equal(AdminStatus.Invalid, (await _filters.SaveAsync(_ada, "conversations", name, "")).Status);
        Assert.Equal(AdminStatus.Done, (await _filters.SaveAsync(_bob, "conversations", "Mine", "")).Status);
    }

    [Fact]
    public async Task RenameAndDelete_SomebodyElses_IsNotThere()
    {
        var mine = await SaveAsync(_ada, "Mine", "text=x");
        Assert.Equal(AdminStatus.NotFound, (await _filters.RenameAsync(_bob, mine, "His")).Status);
        Assert.Null(await _filters.DeleteAsync(_bob, mine));
        Assert.Equal("Ours", (await _filters.RenameAsync(_ada, mine, "Ours")).Value!.Name);
        Assert.Equal("text=x", (await _filters.DeleteAsync(_ada, mine))!.Query);
        Assert.Empty(await _filters.ListAsync(_ada, "conversations"));
    }

    [Fact]
    public async Task Save_MoreThanTheMost_IsRefused()
    {
        for (var i = 0; i < SavedFilters.Max; i++) await SaveAsync(_ada, $"f{i}", "");
        Assert.Contains("already", (await _filters.SaveAsync(_ada, "conversations", "one more", "")).Errors["name"][0], StringComparison.Ordinal);
        Assert.Equal(AdminStatus.Invalid, (await _filters.SaveAsync(_bob, "conversations", "long", new string('x', 5_000))).Status);
    }

    [Fact]
    public async Task List_WithoutTheRightToRead_IsRefused() =>
        await Assert.ThrowsAsync<ForbiddenException>(() => _filters.ListAsync(_ada with { Scopes = [] }, "conversations"));

    private static Caller Person(Guid tenant, string name) => new(tenant, ActorKind.Person, Guid.NewGuid(), name, [ApiScopeNames.Read]);

    private async Task<Guid> SaveAsync(Caller caller, string name, string query) => (await _filters.SaveAsync(caller, "conversations", name, query)).Value!.Id;
}
