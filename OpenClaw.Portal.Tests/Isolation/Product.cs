using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Hosting;

namespace OpenClaw.Portal.Tests.Isolation;

/// <summary>The whole product, wired as Program does it, in this process on a free port: for tests that look in from outside and know what is inside.</summary>
internal sealed partial class Product : IAsyncDisposable
{
    public const string Password = "correct horse battery";
    public const string Owner = "owner@example.org";
    public const string Key = "ock_00000000000000000000000000000bootstrap";
    private readonly string _folder = Directory.CreateTempSubdirectory("openclaw-product-").FullName;
    private readonly List<HttpClient> _clients = [];

    private Product(string[] more)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = "OpenClaw.Portal", ContentRootPath = _folder, EnvironmentName = "Production",
            Args =
            [
                "--Urls", "http://127.0.0.1:0", "--PublicUrl", "http://gateway.example", "--Data:Directory", Path.Combine(_folder, "data"), "--Bootstrap:AdminEmail", Owner,
                "--Bootstrap:AdminPassword", Password, "--Bootstrap:ApiKey", Key, "--Security:PrivateHosts", "127.0.0.1", .. more,
            ],
        });
        var (settings, faults) = GatewayConfiguration.Read(builder.Configuration, _folder);
        if (settings is null) throw new InvalidOperationException(string.Join('\n', faults));
        builder.Logging.ClearProviders();
        builder.AddGateway(settings.Gateway).AddPortal(settings);
        App = builder.Build();
        App.MapPortal();
        App.MapGateway();
    }

    public WebApplication App { get; }

    /// <summary>The data directory.</summary>
    public string Data => Path.Combine(_folder, "data");

    public Uri Address => new(App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public T Get<T>() where T : notnull => App.Services.GetRequiredService<T>();

    /// <param name="more">Further arguments of the command line.</param>
    public static async Task<Product> StartAsync(params string[] more)
    {
        var product = new Product(more);
        await product.App.StartAsync();
        return product;
    }

    /// <summary>A client that follows no redirect and keeps its cookies; with a key, or signed in by <see cref="SignInAsync"/>.</summary>
    public HttpClient Client(string? key = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
        if (key is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        _clients.Add(client);
        return client;
    }

    /// <summary>An account with a place in the tenant.</summary>
    public async Task<Guid> AddPersonAsync(string email, Guid tenant, TenantRole role)
    {
        var id = Guid.NewGuid();
        await using (var scope = App.Services.CreateAsyncScope())
        {
            var made = await scope.ServiceProvider.GetRequiredService<UserManager<Person>>().CreateAsync(new() { Id = id, UserName = email, Email = email, EmailConfirmed = true }, Password);
            Assert.True(made.Succeeded, string.Join(' ', made.Errors.Select(e => e.Description)));
        }

        await using var db = Get<ISystemDbFactory>().Create();
        db.Memberships.Add(new() { PersonId = id, TenantId = tenant, Role = role });
        await db.SaveChangesAsync();
        return id;
    }

    /// <summary>Fills in the sign-in page as a browser would.</summary>
    public async Task<HttpClient> SignInAsync(string email)
    {
        var client = Client();
        var html = await client.GetStringAsync("/account/sign-in");
        // the form of the password; the page may have others, each with its handler
        var form = Form().Matches(html).Select(m => m.Value).First(f => f.Contains("type=\"password\"", StringComparison.Ordinal));
        var fields = Hidden().Matches(form).ToDictionary(m => m.Groups["name"].Value, m => WebUtility.HtmlDecode(m.Groups["value"].Value));
        fields["Input.Email"] = email;
        fields["Input.Password"] = Password;
        using var body = new FormUrlEncodedContent(fields);
        using var answer = await client.PostAsync(new Uri("/account/sign-in", UriKind.Relative), body);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline | RegexOptions.CultureInvariant, 5_000)]
    private static partial Regex Form();

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\"", RegexOptions.CultureInvariant, 5_000)]
    private static partial Regex Hidden();
}
