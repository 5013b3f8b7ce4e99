using System.Security.Claims;
using System.Text.Json;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Tests.Isolation;

namespace OpenClaw.Portal.Tests.Configuration;

/// <summary>The product that the pages of one class of tests stand on.</summary>
public sealed class ProductFixture : IAsyncLifetime
{
    internal Product Product { get; private set; } = null!;

    public async Task InitializeAsync() => Product = await Product.StartAsync();

    public async Task DisposeAsync() => await Product.DisposeAsync();
}

/// <summary>Pages rendered over the whole product's own services: what a form refuses is what the gateway refuses.</summary>
internal sealed class ConfigurationContext : BunitContext
{
    private ConfigurationContext(Product product)
    {
        Product = product;
        Services.AddFallbackServiceProvider(product.App.Services);
        Services.AddControls();
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    public Product Product { get; }

    public TenantModel Tenant => Product.Get<ICatalog>().FindTenant("default")!;

    public Caller Gateway => Caller.System(Tenant.Id);

    public static JsonElement Json(string json) => JsonElement.Parse(json);

    /// <summary>Somebody has signed in who has that role in the tenant.</summary>
    public static async Task<ConfigurationContext> SignedInAsync(Product product, TenantRole role)
    {
        var context = new ConfigurationContext(product);
        await context.SignInAsync(role);
        return context;
    }

    private async Task SignInAsync(TenantRole role)
    {
        var email = $"{role}-{Guid.NewGuid():N}@example.org".ToLowerInvariant();
        var id = await Product.AddPersonAsync(email, Tenant.Id, role);
        this.AddAuthorization().SetAuthorized(email).SetClaims(new Claim(ClaimTypes.NameIdentifier, id.ToString()));
    }

    /// <summary>A page of the tenant at that address.</summary>
    public IRenderedComponent<T> Open<T>(string address, Action<ComponentParameterCollectionBuilder<T>>? with = null)
        where T : IComponent
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<T>(p =>
        {
            p.TryAdd("Slug", "default");
            with?.Invoke(p);
        });
    }
}

internal static class Forms
{
    /// <summary>Fills a field in and leaves it.</summary>
    public static Task FillAsync<T>(this IRenderedComponent<T> page, string name, string value)
        where T : IComponent => page.Find($"[data-field='{name}'] :is(input, textarea, select)").ChangeAsync(value);

    /// <summary>Saves as the button does.</summary>
    public static Task SaveAsync<T>(this IRenderedComponent<T> page)
        where T : IComponent => page.Find("form.form").SubmitAsync();

    /// <summary>What stands at a field as wrong; empty when nothing does.</summary>
    public static string FaultOf<T>(this IRenderedComponent<T> page, string name)
        where T : IComponent => string.Join(' ', page.FindAll($"[data-field='{name}'] .validation-message").Select(e => e.TextContent.Trim()));
}
