using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Protection;

/// <summary>Keeps the Data Protection keys in the gateway's database, so that all nodes and all starts share them.</summary>
internal sealed class KeyRepository(ISystemDbFactory databases, KeyWrap wrap) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var db = databases.Create();
        List<XElement> elements = [.. db.DataProtectionKeys.AsNoTracking().OrderBy(k => k.Id).Select(k => k.Xml).AsEnumerable().Select(XElement.Parse)];
        foreach (var element in elements) wrap.Check(element);
        return elements;
    }

    /// <summary>Data Protection knows no asynchronous way; it stores a key every 90 days.</summary>
    public void StoreElement(XElement element, string friendlyName) => StoreAsync(element, friendlyName).GetAwaiter().GetResult();

    private async Task StoreAsync(XElement element, string friendlyName)
    {
        await using var db = databases.Create();
        db.DataProtectionKeys.Add(new DataProtectionKey { Id = Guid.CreateVersion7(), FriendlyName = friendlyName, Xml = element.ToString(SaveOptions.DisableFormatting) });
        await db.SaveChangesAsync().ConfigureAwait(false);
    }
}
