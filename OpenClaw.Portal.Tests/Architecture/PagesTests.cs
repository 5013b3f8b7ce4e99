using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Portal.Components;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Identity;

namespace OpenClaw.Portal.Tests.Architecture;

/// <summary>Rules that pages keep without being reminded.</summary>
public sealed class PagesTests
{
    private static readonly Type[] Components = typeof(App).Assembly.GetTypes().Where(t => t.IsAssignableTo(typeof(IComponent)) && !t.IsAbstract).ToArray();
    private static readonly Type[] Databases = [typeof(GatewayDbContext), typeof(ITenantDbFactory), typeof(ISystemDbFactory), typeof(IDatabase), typeof(PersonDb)];

    [Fact]
    public void Components_All_NeverHoldADatabase()
    {
        const BindingFlags all = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        Assert.All(Components, component =>
        {
            var held = component.GetFields(all).Select(f => f.FieldType).Concat(component.GetProperties(all).Select(p => p.PropertyType))
                .Concat(component.GetConstructors(all).SelectMany(c => c.GetParameters()).Select(p => p.ParameterType));
            Assert.DoesNotContain(held, Databases.Contains);
        });
    }

    [Fact]
    public void Pages_OfTenants_AskForMembership()
    {
        var pages = Components.Where(c => c.GetCustomAttributes<RouteAttribute>().Any(r => r.Template.StartsWith("/t/", StringComparison.OrdinalIgnoreCase))).ToArray();
        Assert.NotEmpty(pages);
        Assert.All(pages, page => Assert.Contains(page.GetCustomAttributes<AuthorizeAttribute>(inherit: true), a => a.Policy == "tenant-member"));
        Assert.All(pages, page => Assert.All(page.GetCustomAttributes<RouteAttribute>(), r => Assert.StartsWith("/t/{Slug}", r.Template, StringComparison.Ordinal)));
    }

    [Fact]
    public void Icons_Unknown_IsAFault() => Assert.Throws<KeyNotFoundException>(() => Icons.Path("no-such-icon"));
}
