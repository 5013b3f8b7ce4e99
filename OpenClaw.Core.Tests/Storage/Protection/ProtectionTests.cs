using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Protection;
using OpenClaw.Gateway.Core.Storage.Stores;
using Secret = OpenClaw.Gateway.Core.Storage.Entities.Secret;

namespace OpenClaw.Core.Tests.Storage.Protection;

public sealed class ProtectionTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async Task InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public void MasterKey_NoneConfigured_MakesAPrivateFileAndReadsItAgain()
    {
        using var first = Start(null);
        using var second = Start(null);
        var file = Path.Combine(_database.Folder, "master.key");
        Assert.Equal(first.GetRequiredService<IKeyMaterial>().Derive("links"), second.GetRequiredService<IKeyMaterial>().Derive("links"));
        Assert.True(File.Exists(file));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Single(Directory.GetFiles(_database.Folder, "master.key*"));
    }

    [Fact]
    public void Derive_ByPurpose_GivesUnrelatedKeysOf32Bytes()
    {
        using var services = Start(new('k', 32));
        var keys = services.GetRequiredService<IKeyMaterial>();
        Assert.Equal(32, keys.Derive("a").Length);
        Assert.NotEqual(keys.Derive("a"), keys.Derive("b"));
        Assert.False(File.Exists(Path.Combine(_database.Folder, "master.key")));
    }

    [Fact]
    public void MasterKey_TooShort_NamesTheSetting()
    {
        using var services = Start("short");
        Assert.Contains("Security:MasterKey", Assert.Throws<InvalidOperationException>(services.GetRequiredService<IKeyMaterial>).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Protect_AfterARestart_IsReadAgain()
    {
        string text;
        using (var services = Start(new('k', 32))) text = Protector(services).Protect("hello");
        using (var services = Start(new('k', 32))) Assert.Equal("hello", Protector(services).Unprotect(text));
        await using var db = _database.System.Create();
        var row = await db.DataProtectionKeys.SingleAsync();
        Assert.DoesNotContain("masterKey=\"\"", row.Xml, StringComparison.Ordinal);
        Assert.Contains("openClawWrappedKey", row.Xml, StringComparison.Ordinal);
        Assert.DoesNotContain("<masterKey>", row.Xml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Protect_WithAnotherMasterKey_IsToldAndMakesNoNewKeys()
    {
        using (var services = Start(new('k', 32))) Protector(services).Protect("hello");
        using (var services = Start(new('x', 32)))
        {
            var fault = Assert.ThrowsAny<Exception>(() => Protector(services).Protect("again"));
            Assert.Contains("Security:MasterKey", fault.ToString(), StringComparison.Ordinal);
        }
        await using var db = _database.System.Create();
        Assert.Equal(1, await db.DataProtectionKeys.CountAsync());
    }

    [Fact]
    public void Unprotect_CiphertextOfAnotherRow_IsRefused()
    {
        using var services = Start(new('k', 32));
        var protector = services.GetRequiredService<SecretProtector>();
        var row = new Secret { OwnerId = Guid.NewGuid(), Name = "botToken", Protected = "" };
        row.Protected = protector.Protect(row.OwnerId, row.Name, new("value"));
        Assert.Equal("value", protector.Unprotect(row).Value);
        row.Name = "signingSecret";
        Assert.ThrowsAny<CryptographicException>(() => protector.Unprotect(row));
    }

    private static IDataProtector Protector(IServiceProvider services) => services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");

    private ServiceProvider Start(string? masterKey)
    {
        var options = new GatewayOptions { PublicUrl = new("http://localhost"), DataDirectory = _database.Folder, MasterKey = masterKey };
        return new ServiceCollection().AddLogging().AddSingleton(options).AddSingleton(TimeProvider.System).AddSingleton(_database.Database)
            .AddStores().AddProtection().BuildServiceProvider();
    }
}
